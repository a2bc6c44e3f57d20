/**
 * Simulated readers for demos and tests: they read, vote, save and hide through the gateway like any client. Every subject begins with
 * `simulated-reader-` and every event says `client: "simulator"`, so that nobody takes them for people.
 *
 * Environment: GATEWAY_URL, JWT_SHARED_SECRET. Options: --readers N, --rate visits-per-second, --seed N.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GatewayBusy, GatewayClient, type ShownFeed } from './simulation/gateway-client.js';
import { dice, pick, type Dice } from './simulation/seeded.js';
import { drawTaste, topicCounts, type Taste } from './simulation/taste.js';
import { visit, type Deed } from './simulation/visit.js';

const SHOWN = 15;
const LONGEST_WAIT_MS = 30_000;
const REPORT_EVERY_MS = 60_000;
const feeds = [
  { value: { surface: 'for-you', path: `/v1/feeds/for-you?limit=${SHOWN}` }, weight: 6 },
  { value: { surface: 'trending', path: `/v1/feeds/trending?period=all&limit=${SHOWN}` }, weight: 3 },
  { value: { surface: 'latest', path: `/v1/feeds/latest?limit=${SHOWN}` }, weight: 1 },
];

interface SimulatedReader {
  readonly subject: string;
  readonly taste: Taste;
  /** How often this one comes, compared with the others: few come often. */
  readonly weight: number;
  readonly roll: Dice;
}

/** The same seed and papers give the same people on every run. */
const makeReaders = (count: number, seed: number, topics: ReadonlyMap<string, number>): readonly SimulatedReader[] =>
  Array.from({ length: count }, (_, index) => {
    const roll = dice(seed * 100_003 + index);
    const taste = drawTaste(topics, 2 + Math.floor(roll() * 3), roll);
    return { subject: `simulated-reader-${String(index + 1).padStart(3, '0')}`, taste, weight: 1 / (index + 1) ** 0.5, roll };
  });

const asEvents = (deeds: readonly Deed[], { requestId }: ShownFeed, surface: string): readonly object[] => {
  const now = Date.now();
  return deeds.map(({ action, paperId, position, on, value }, index) => ({
    // Unique over runs: an id that a former run has used would be dropped as a duplicate.
    id: randomUUID(),
    // A few milliseconds apart and none ahead of now, so that what they did stays in order.
    time: new Date(now - (deeds.length - index) * 5).toISOString(),
    action,
    target: { kind: 'paper', id: paperId },
    ...(on === undefined ? {} : { on }),
    ...(value === undefined ? {} : { value }),
    requestId,
    surface,
    position,
    client: 'simulator',
  }));
};

/** One visit; answers how many events it made. */
const comeOnce = async (client: GatewayClient, reader: SimulatedReader): Promise<number> => {
  const feed = pick(feeds, reader.roll);
  if (feed === undefined) return 0;
  const shown = await client.feed(feed.path, reader.subject);
  const deeds = visit(reader.taste, shown.papers, reader.roll);
  if (deeds.length > 0) await client.record(asEvents(deeds, shown, feed.surface), reader.subject);
  return deeds.length;
};

interface Simulation {
  readonly client: GatewayClient;
  readonly readers: number;
  readonly rate: number;
  readonly seed: number;
  readonly stop: AbortSignal;
}

const pause = (ms: number, stop: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal: stop }).catch(() => {
    // Told to stop: the loop looks by itself.
  });

/** Waits until there are papers to have a taste for. */
const papersToLike = async ({ client, stop }: Simulation): Promise<ShownFeed['papers']> => {
  while (!stop.aborted) {
    try {
      const { papers } = await client.feed('/v1/feeds/trending?period=all&limit=100', 'simulated-reader-001');
      if (papers.length > 0) return papers;
    } catch (error) {
      if (!(error instanceof GatewayBusy)) throw error;
    }
    await pause(1_000, stop);
  }
  return [];
};

const simulate = async (simulation: Simulation): Promise<void> => {
  const { client, rate, seed, stop } = simulation;
  const readers = makeReaders(simulation.readers, seed, topicCounts(await papersToLike(simulation)));
  const roll = dice(seed);
  let [visits, events, failures, reportAt] = [0, 0, 0, Date.now() + REPORT_EVERY_MS];
  console.log(JSON.stringify({ level: 'info', msg: 'simulated readers begin', readers: readers.length, visitsPerSecond: rate, seed }));
  while (!stop.aborted) {
    const reader = pick(
      readers.map((value) => ({ value, weight: value.weight })),
      roll,
    );
    if (reader === undefined) return;
    try {
      events += await comeOnce(client, reader);
      visits += 1;
      failures = 0;
      // Exponential pauses: people do not come by the clock.
      await pause(Math.min(LONGEST_WAIT_MS, (-Math.log(1 - roll()) * 1_000) / rate), stop);
    } catch (error) {
      if (!(error instanceof GatewayBusy)) throw error;
      failures += 1;
      await pause(Math.min(LONGEST_WAIT_MS, error.waitMs * 2 ** Math.min(failures - 1, 5)), stop);
    }
    if (Date.now() > reportAt) {
      console.log(JSON.stringify({ level: 'info', msg: 'simulated readers', visits, events }));
      reportAt += REPORT_EVERY_MS;
    }
  }
};

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is needed`);
  return value;
};

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);
  return value;
};

const { values } = parseArgs({
  options: { readers: { type: 'string', default: '24' }, rate: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    stopping.abort();
  });
}
await simulate({
  client: new GatewayClient(setting('GATEWAY_URL'), setting('JWT_SHARED_SECRET')),
  readers: Math.ceil(positive('readers', values.readers)),
  rate: positive('rate', values.rate),
  seed: positive('seed', values.seed),
  stop: stopping.signal,
});
