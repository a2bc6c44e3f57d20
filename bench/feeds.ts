/**
 * Feeds through the gateway beside a bare Fastify that returns the same bytes, in the same run: requests/s, p50, p99 and CPU.
 * Rounds alternate between the two, so that a busy machine slows both; ratios are medians over rounds. The ratio by CPU also holds where
 * the client, not the bare Fastify, is what limits requests/s.
 *
 *   npm run bench -- feeds [--seconds 8] [--connections 48] [--rankers 1] [--papers FILE] [--gateway URL]
 */
import { readerToken } from '../scripts/start/reader-tokens.js';
import { httpRequest, load, type LoadResult } from './harness/http-load.js';
import { benchOptions, measuredSystem, type Measured } from './harness/measured-system.js';
import { authorization, giveHistories, once } from './harness/reader-histories.js';
import { loadHead, loadRow, median, table } from './harness/table.js';
import { startYardstick } from './harness/yardstick.js';

const ROUNDS = 3;
const READERS = 64;
const LIMIT = 20;

interface Case {
  readonly name: string;
  readonly requests: readonly Buffer[];
  /** Processes that work for it. */
  readonly processes: RegExp;
}

const casesFor = (url: URL, tokens: readonly string[]): readonly Case[] => [
  { name: 'trending', requests: [httpRequest(url.host, 'GET', `/v1/feeds/trending?limit=${LIMIT}`)], processes: /^gateway/ },
  {
    name: 'for-you',
    requests: tokens.map((token) => httpRequest(url.host, 'GET', `/v1/feeds/for-you?limit=${LIMIT}`, authorization(token))),
    processes: /^(gateway|ranker)/,
  },
];

const measure = async (system: Measured, { name, requests, processes }: Case, seconds: number, connections: number): Promise<void> => {
  const [first] = requests;
  if (first === undefined) return;
  const yardstick = await startYardstick((await once(system.url, first)).body);
  const pids = [...system.pids].filter(([process]) => processes.test(process)).map(([, pid]) => pid);
  const shape = { connections, seconds, warmUpSeconds: 1 };
  const bareRequest = httpRequest(yardstick.url.host, 'GET', '/');
  const rounds: { gateway: LoadResult; bare: LoadResult }[] = [];
  let degraded = 0;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const bare = await load({ ...shape, url: yardstick.url, request: () => bareRequest, pids: [yardstick.pid] });
      const gateway = await load({
        ...shape,
        url: system.url,
        request: (index) => requests[index % requests.length] ?? first,
        check: ({ status, body }) => {
          if (status !== 200) throw new Error(`${name} answered ${status}: ${body.toString('utf8').slice(0, 300)}`);
          if (!body.includes('"degraded":[]')) degraded += 1;
        },
        pids,
      });
      rounds.push({ gateway, bare });
    }
  } finally {
    await yardstick.stop();
  }
  const rows = rounds.flatMap(({ gateway, bare }) => [loadRow('bare Fastify', bare, bare), loadRow(`gateway ${name}`, gateway, bare)]);
  const ratio = median(rounds.map(({ gateway, bare }) => gateway.perSecond / bare.perSecond));
  const cpu = rounds.flatMap(({ gateway, bare }) => (gateway.cpuUs === null || bare.cpuUs === null ? [] : [bare.cpuUs / gateway.cpuUs]));
  const byCpu = cpu.length === 0 ? '' : `, by CPU ${median(cpu).toFixed(2)}`;
  console.log(
    `\n${table(loadHead, rows)}\n${name}: ratio ${ratio.toFixed(2)}${byCpu} (medians of ${ROUNDS} rounds), degraded answers ${degraded}`,
  );
};

const options = benchOptions();
const system = await measuredSystem(options);
try {
  console.log(`${system.about}; ${options.connections} connections, ${options.seconds} s a round`);
  const tokens = await Promise.all(Array.from({ length: READERS }, (_, index) => readerToken(`bench-reader-${index}`, system.tokenSecret)));
  await giveHistories(system.url, tokens);
  for (const one of casesFor(system.url, tokens)) await measure(system, one, Number(options.seconds), Number(options.connections));
} finally {
  await system.stop();
}
