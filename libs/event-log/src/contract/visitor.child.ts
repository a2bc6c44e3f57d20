import { type EventLogConfig, createEventLog } from '../create-event-log.js';

/**
 * Uses a log in every way, closes it, and has nothing more to do: what goes on after that is held by something that was left open.
 * Reads end last, one of them early, because what they clean up behind them meets the closing. Started by event-log.contract.ts.
 */
const { config, topic } = JSON.parse(process.argv[2]!) as { config: EventLogConfig; topic: string };

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const log = createEventLog(config, { logger: silent });

const positions = await log.append(
  topic,
  Array.from({ length: 20 }, (_, n) => ({ key: `key-${n}`, value: '{}' })),
);
const subscription = await log.subscribe({
  topics: [topic],
  mode: 'all',
  group: `${topic}-visitor`,
  start: () => Promise.resolve({}),
  handle: () => Promise.resolve(),
});
await subscription.ready;
await subscription.stop();
const at = { topic, partition: positions[0]!.partition };
let read = 0;
for await (const _ of log.read(at)) read += 1;
for await (const _ of log.read(at)) break;
await log.close();
console.log(`closed after ${read}`);
