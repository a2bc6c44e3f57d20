/**
 * Many interactions through the gateway in batches: accepted a second, every one of them exactly once in the archive, and the
 * feed answers all the while. A share of the batches is sent twice, as a client does that never saw the answer.
 *
 *   npm run bench -- bulk-interactions [--events 100000] [--width 4] [--resend 10] --database URL [--gateway URL]
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Client as Postgres } from 'pg';
import { Client, readTarget, type Feed } from './client.js';
import { inParallel, latencies, show, sleep } from './figures.js';

const BATCH = 1000;
const ARCHIVE_WAIT_MS = 120_000;
const { target, numbers, database } = readTarget(
  'bulk-interactions [--events 100000] [--width 4] [--resend 10 (percent of batches)] --database URL [--gateway URL]',
  {
    events: 100_000,
    width: 4,
    resend: 10,
  },
);
if (database === undefined) throw new Error('--database URL is required: the archive is where the count is checked');

const client = new Client(target);
const run = Date.now().toString(36);
const feed = await client.call<Feed>('GET', '/v1/feeds/trending?limit=100');
const papers = feed.body.items.map(({ paper }) => paper.id);
const kinds = ['impression', 'open', 'dwell', 'upvote', 'save'] as const;

const eventOf = (index: number) => {
  const action = kinds[index % kinds.length]!;
  return {
    id: randomUUID(),
    time: new Date().toISOString(),
    action,
    target: { kind: 'paper', id: papers[(index * 7919) % papers.length]! },
    client: `bench-${run}`,
    ...(action === 'upvote' || action === 'save' ? { on: true } : {}),
    ...(action === 'dwell' ? { value: index % 600 } : {}),
  };
};

interface Results {
  readonly results: readonly { readonly status: string }[];
}
const tally = new Map<string, number>();
const send = async (subject: string, events: readonly unknown[]): Promise<void> => {
  const answer = await client.call<Results>('POST', '/v1/interactions', { subject, json: events });
  if (answer.status === 429 || answer.status === 503) {
    await sleep(1000 * Number(answer.headers['retry-after'] ?? 1));
    return send(subject, events);
  }
  if (answer.body?.results === undefined) throw new Error(`batch answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  for (const { status } of answer.body.results) tally.set(status, (tally.get(status) ?? 0) + 1);
};

let sending = true;
const feedLatency: number[] = [];
let feedFailures = 0;
const watching = (async () => {
  while (sending) {
    const asked = performance.now();
    const answer = await client.call<Feed>('GET', '/v1/feeds/trending?limit=25');
    feedLatency.push(performance.now() - asked);
    if (answer.status !== 200) feedFailures++;
    await sleep(50);
  }
})();

const batches = Math.ceil(numbers.events / BATCH);
const started = performance.now();
await inParallel(batches, numbers.width, async (batch) => {
  const size = Math.min(BATCH, numbers.events - batch * BATCH);
  const events = Array.from({ length: size }, (_, index) => eventOf(batch * BATCH + index));
  await send(`bench-bulk-${run}-${batch % 100}`, events);
  if ((batch * numbers.resend) % 100 < numbers.resend) await send(`bench-bulk-${run}-${batch % 100}`, events);
});
const seconds = (performance.now() - started) / 1000;
sending = false;
await watching;

const accepted = tally.get('accepted') ?? 0;
console.log(
  `${[...tally].map(([status, count]) => `${count} ${status}`).join(', ')} in ${seconds.toFixed(1)} s = ${Math.round(accepted / seconds)} accepted/s`,
);

const postgres = new Postgres({ connectionString: database });
await postgres.connect();
const archived = async (): Promise<{ rows: number; ids: number }> => {
  const { rows } = await postgres.query<{ rows: number; ids: number }>(
    `select count(*)::int as rows, count(distinct event_id)::int as ids from interactions where client = $1`,
    [`bench-${run}`],
  );
  return rows[0]!;
};
let found = await archived();
const waitFrom = performance.now();
while (found.rows < accepted && performance.now() - waitFrom < ARCHIVE_WAIT_MS) {
  await sleep(500);
  found = await archived();
}
console.log(`the archive had everything ${((performance.now() - waitFrom) / 1000).toFixed(1)} s after the last answer`);
await postgres.end();

show(`${numbers.events} events accepted`, `${accepted}`, accepted === numbers.events);
show(
  'every accepted event is in the archive exactly once',
  `${found.rows} rows, ${found.ids} ids`,
  found.rows === accepted && found.ids === accepted,
);
show('the feed answers all the while', `${feedFailures} failures; ${latencies(feedLatency)}`, feedFailures === 0);
await client.close();
