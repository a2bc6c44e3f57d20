/**
 * Accepted events a second through the gateway in batches, beside bare kafkajs sends of the same bytes to the same broker in the
 * same run: same batch size, same number under way, acks=all.
 *
 *   npm run bench -- intake [--seconds 8] [--connections 4] [--broker kafka] [--gateway URL]
 */
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { readerToken } from '../scripts/start/reader-tokens.js';
import { cpuSeconds } from './harness/cpu.js';
import { httpRequest, load } from './harness/http-load.js';
import { benchOptions, measuredSystem, type Measured } from './harness/measured-system.js';
import { table } from './harness/table.js';

const BATCH = 500;
const READERS = 16;
const SCRATCH_TOPIC = 'bench-intake';
/** As many as interactions.v1 has. */
const PARTITIONS = 12;

interface Figure {
  readonly eventsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number | null;
}

const batchOf = (papers: readonly string[], turn: number): string =>
  JSON.stringify({
    events: Array.from({ length: BATCH }, (_, index) => ({
      id: randomUUID(),
      action: index % 3 === 0 ? 'open' : 'impression',
      target: { kind: 'paper', id: papers[(turn + index) % papers.length] },
      surface: 'trending',
      position: index % 50,
      client: 'bench',
    })),
  });

const throughGateway = async (system: Measured, seconds: number, connections: number): Promise<Figure> => {
  const feed = (await (await fetch(new URL('/v1/feeds/trending?period=all&limit=40', system.url))).json()) as {
    items: { paper: { id: string } }[];
  };
  const papers = feed.items.map(({ paper }) => paper.id);
  const tokens = await Promise.all(Array.from({ length: READERS }, (_, index) => readerToken(`bench-reader-${index}`, system.tokenSecret)));
  const result = await load({
    url: system.url,
    // Ids are made while it runs: an id that was used before would be answered as a duplicate.
    request: (index) =>
      httpRequest(
        system.url.host,
        'POST',
        '/v1/interactions',
        { authorization: `Bearer ${tokens[index % READERS] ?? ''}` },
        batchOf(papers, index),
      ),
    check: ({ status, body }) => {
      const accepted = body.toString('utf8').split('"accepted"').length - 1;
      if (status !== 200 || accepted < BATCH) throw new Error(`a batch was answered ${status}: ${body.toString('utf8').slice(0, 300)}`);
    },
    connections,
    seconds,
    warmUpSeconds: 2,
    pids: [...system.pids].filter(([name]) => /^(gateway|ingest)/.test(name)).map(([, pid]) => pid),
  });
  return {
    eventsPerSecond: result.perSecond * BATCH,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    cpuUs: result.cpuUs === null ? null : result.cpuUs / BATCH,
  };
};

/** Records of interactions.v1 as they are in the log, to be sent again as they are. */
const recordsOfTheLog = async (kafka: Kafka, count: number): Promise<readonly { key: string; value: string }[]> => {
  const consumer = kafka.consumer({ groupId: `bench-intake-${randomUUID()}` });
  const records: { key: string; value: string }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: 'interactions.v1', fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          if (message.value !== null) records.push({ key: message.key?.toString() ?? '', value: message.value.toString() });
          if (records.length >= count) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return records.slice(0, count);
};

const freshTopic = async (admin: Admin): Promise<void> => {
  if ((await admin.listTopics()).includes(SCRATCH_TOPIC)) await admin.deleteTopics({ topics: [SCRATCH_TOPIC] });
  await admin.createTopics({ topics: [{ topic: SCRATCH_TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 }], waitForLeaders: true });
};

const bareSends = async (brokers: string, seconds: number, width: number): Promise<Figure> => {
  const kafka = new Kafka({ clientId: 'bench', brokers: brokers.split(','), logLevel: logLevel.ERROR });
  const messages = [...(await recordsOfTheLog(kafka, BATCH))];
  const admin = kafka.admin();
  await admin.connect();
  await freshTopic(admin);
  const producer = kafka.producer();
  await producer.connect();
  const latencies: number[] = [];
  const runFor = async (length: number): Promise<void> => {
    const until = performance.now() + length * 1_000;
    const lane = async (): Promise<void> => {
      for (let sent = performance.now(); sent < until; sent = performance.now()) {
        await producer.send({ topic: SCRATCH_TOPIC, acks: -1, messages });
        latencies.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: width }, lane));
  };
  await runFor(2);
  latencies.length = 0;
  const [before, began] = [cpuSeconds([process.pid]), performance.now()];
  await runFor(seconds);
  const [after, took] = [cpuSeconds([process.pid]), (performance.now() - began) / 1_000];
  await producer.disconnect();
  await admin.deleteTopics({ topics: [SCRATCH_TOPIC] });
  await admin.disconnect();
  const sorted = latencies.sort((a, b) => a - b);
  const events = sorted.length * BATCH;
  return {
    eventsPerSecond: events / took,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    cpuUs: before === null || after === null ? null : ((after - before) * 1e6) / events,
  };
};

const row = (name: string, { eventsPerSecond, p50Ms, p99Ms, cpuUs }: Figure): readonly string[] => [
  name,
  eventsPerSecond.toFixed(0),
  p50Ms.toFixed(1),
  p99Ms.toFixed(1),
  cpuUs === null ? '-' : cpuUs.toFixed(1),
];

const options = benchOptions();
const system = await measuredSystem(options);
try {
  const [seconds, connections] = [Number(options.seconds), Math.min(8, Number(options.connections))];
  console.log(`${system.about}; batches of ${BATCH}, ${connections} under way, ${seconds} s each`);
  const gateway = await throughGateway(system, seconds, connections);
  const rows = [row('through the gateway', gateway)];
  if (system.brokers !== null) {
    const bare = await bareSends(system.brokers, seconds, connections);
    rows.push(row('bare kafkajs', bare));
    console.log(`ratio ${(gateway.eventsPerSecond / bare.eventsPerSecond).toFixed(2)}`);
  }
  console.log(table(['', 'events/s', 'p50 ms a batch', 'p99 ms a batch', 'CPU us an event'], rows));
} finally {
  await system.stop();
}
