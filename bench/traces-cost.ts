/**
 * What traces cost: CPU per for-you request of gateway and ranker, in two systems side by side, one without traces and one with. In the second the
 * callers choose what is traced, by their `traceparent`: nothing, every hundredth request, or every one. Rounds take turns, so that a
 * busy machine slows all alike; figures are medians over rounds. The collector is a server of this process, whose CPU is not counted.
 *
 *   npm run bench -- traces-cost [--seconds 8] [--connections 48] [--broker embedded]
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readerToken } from '../scripts/start/reader-tokens.js';
import { httpRequest, load, type LoadResult } from './harness/http-load.js';
import { benchOptions, measuredSystem, type Measured } from './harness/measured-system.js';
import { authorization, giveHistories } from './harness/reader-histories.js';
import { median, table } from './harness/table.js';

const ROUNDS = 5;
const READERS = 50;
/** Divides READERS evenly, so that all readers are asked for alike. */
const REQUESTS = 400;

/** Counts the bytes that traces send, and takes them. */
const startSink = async (): Promise<{ url: string; bytes: () => number; close: () => void }> => {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () => server.closeAllConnections(),
  };
};

const traceparent = (sampled: boolean): string =>
  `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-0${sampled ? '1' : '0'}`;

interface Variant {
  readonly name: string;
  readonly system: Measured;
  readonly requests: readonly Buffer[];
}

/** `every`: each how manieth request is traced; Infinity: none. */
const variant = (name: string, system: Measured, tokens: readonly string[], every: number): Variant => ({
  name,
  system,
  requests: Array.from({ length: REQUESTS }, (_, n) =>
    httpRequest(system.url.host, 'GET', '/v1/feeds/for-you?limit=20', {
      ...authorization(tokens[n % tokens.length] ?? ''),
      traceparent: traceparent(n % every === 0 && every !== Infinity),
    }),
  ),
});

const run = ({ name, system, requests }: Variant, seconds: number, connections: number): Promise<LoadResult> =>
  load({
    url: system.url,
    connections,
    seconds,
    warmUpSeconds: 1,
    request: (index) => requests[index % requests.length] ?? requests[0]!,
    check: ({ status }) => {
      if (status !== 200) throw new Error(`${name} was answered ${status}`);
    },
    pids: [...system.pids].filter(([process]) => /^(gateway|ranker)/.test(process)).map(([, pid]) => pid),
  });

const options = benchOptions();
const sink = await startSink();
const off = await measuredSystem(options, {}, 'bench');
const on = await measuredSystem(
  options,
  { TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_TRACES_SAMPLER_ARG: '0' },
  'bench-traced',
);
try {
  const readers = Array.from({ length: READERS }, (_, index) => `bench-reader-${index}`);
  const variants = await Promise.all(
    [
      { name: 'off', system: off, every: Infinity },
      { name: 'on, 0 % traced', system: on, every: Infinity },
      { name: 'on, 1 % traced', system: on, every: 100 },
      { name: 'on, 100 % traced', system: on, every: 1 },
    ].map(async ({ name, system, every }) =>
      variant(name, system, await Promise.all(readers.map((reader) => readerToken(reader, system.tokenSecret))), every),
    ),
  );
  for (const system of [off, on])
    await giveHistories(system.url, await Promise.all(readers.map((reader) => readerToken(reader, system.tokenSecret))));
  const results = new Map<string, LoadResult[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const one of variants) results.get(one.name)?.push(await run(one, Number(options.seconds), Number(options.connections)));
  const of = (name: string, read: (result: LoadResult) => number): number => median((results.get(name) ?? []).map(read));
  const cpu = (name: string): number => of(name, ({ cpuUs }) => cpuUs ?? NaN);
  const rows = variants.map(({ name }) => [
    name,
    of(name, ({ perSecond }) => perSecond).toFixed(0),
    of(name, ({ p99Ms }) => p99Ms).toFixed(1),
    cpu(name).toFixed(0),
    (cpu(name) / cpu('off')).toFixed(3),
  ]);
  console.log(`${off.about}; ${options.connections} connections, ${ROUNDS} rounds of ${options.seconds} s`);
  console.log(table(['for-you', 'requests/s', 'p99 ms', 'CPU us', 'CPU beside off'], rows));
  console.log(`${(sink.bytes() / 1e6).toFixed(1)} MB of spans arrived`);
} finally {
  await Promise.all([off.stop(), on.stop()]);
  sink.close();
}
