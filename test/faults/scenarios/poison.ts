import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '#contracts';
import { percentile } from '../../../bench/promises/figures.js';
import { doubled, lost } from '../checker/checks.js';
import { Delays } from '../checker/delays.js';
import { archivedBy, archivePositions, letters } from '../checker/evidence.js';
import { drained } from '../checker/lag.js';
import { stateFindings, states } from '../checker/verdict.js';
import { Watch } from '../checker/watch.js';
import type { Fleet } from '../fleet/fleet.js';
import { UNFOLDABLE } from '../fleet/unfoldable.js';
import { poisonNames, poisons, recordOf, type Poison } from '../load/poison.js';
import { papersOf } from '../load/sender.js';
import { finding, nothing, type Finding, type Scenario } from '../scenario.js';
import { twoOfEach } from './shapes.js';

const READERS = 400;
const APPEND = 50;
const EXTRA_DELAY_LIMIT_MS = 1_000;
const PATIENCE_MS = 60_000;
/** Of a hundred records in a row, one of each kind is bad. */
const kindAt = (number: number): Poison | null => poisonNames[((number * 37) % 100) / 20] ?? null;

interface Pour {
  readonly good: ReadonlySet<string>;
  readonly bad: ReadonlyMap<Poison, number>;
  /** Of good records: until the archive, and until the first ranker, was past them. */
  readonly archive: Delays;
  readonly ranker: Delays;
}

const asBigints = (positions: Readonly<Record<string, string>>): Readonly<Record<string, bigint>> =>
  Object.fromEntries(Object.entries(positions).map(([key, next]) => [key, BigInt(next)]));

/** Appends records at an even pace, straight to the topic, and looks how long the good ones wait. */
const pour = async (
  fleet: Fleet,
  label: string,
  count: number,
  perSecond: number,
  poisoned: boolean,
  papers: readonly string[],
): Promise<Pour> => {
  const [archive, ranker] = [new Delays(), new Delays()];
  const looks = [
    new Watch(async () => archive.seen(await archivePositions(fleet), performance.now()), 20),
    new Watch(async () => ranker.seen(asBigints((await fleet.rankers[0]!.state())?.positions ?? {}), performance.now()), 50),
  ];
  const good = new Set<string>();
  const bad = new Map<Poison, number>();
  const began = performance.now();
  const appends: Promise<void>[] = [];
  for (let from = 0; from < count; from += APPEND) {
    const wait = began + (from * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    const made = Array.from({ length: Math.min(APPEND, count - from) }, (_, index) => {
      const number = from + index;
      const poison = poisoned ? kindAt(number) : null;
      const id = `${label}-${String(number).padStart(8, '0')}`;
      if (poison === null) good.add(id);
      else bad.set(poison, (bad.get(poison) ?? 0) + 1);
      const facts = {
        id,
        readerRef: `r_${String(number % READERS).padStart(22, '0')}`,
        paperId: papers[number % papers.length]!,
        client: label,
      };
      return { record: recordOf(facts, poison), poison };
    });
    const sentAt = performance.now();
    const append = fleet.log
      .append(
        topics.interactions.name,
        made.map(({ record }) => record),
      )
      .then((positions) =>
        positions.forEach((position, index) => {
          if (made[index]!.poison !== null) return;
          archive.sent(position, sentAt);
          ranker.sent(position, sentAt);
        }),
      );
    appends.push(append);
  }
  await Promise.all(appends);
  await drained(fleet, PATIENCE_MS);
  await Promise.all(looks.map((look) => look.stop()));
  return { good, bad, archive, ranker };
};

/** Letters of this run by consumer and code; letters about one record have one id. */
const lettersBy = async (fleet: Fleet, known: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> => {
  const found = new Map<string, Set<string>>();
  for (const { id, data } of await letters(fleet)) {
    if (known.has(id)) continue;
    const key = `${data.consumer} ${data.code}`;
    found.set(key, (found.get(key) ?? new Set()).add(id));
  }
  return new Map([...found].map(([key, ids]) => [key, ids.size]));
};

const letterFindings = (bad: ReadonlyMap<Poison, number>, found: ReadonlyMap<string, number>): readonly Finding[] => {
  const expected = new Map<string, number>();
  for (const [poison, count] of bad) {
    const { archive, ranker } = poisons[poison];
    expected.set(`archive ${archive}`, count);
    if (ranker !== null) expected.set(`broadsheet-ranker ${ranker}`, count);
  }
  const keys = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return [
    finding(
      'dead letters = injected, by consumer and class',
      keys.map((key) => `${key} ${found.get(key) ?? 0} of ${expected.get(key) ?? 0}`).join(', '),
      keys.every((key) => found.get(key) === expected.get(key)),
    ),
  ];
};

const delayFinding = (who: string, clean: Delays, poisoned: Delays): Finding => {
  const [before, after] = [percentile(clean.samples, 99), percentile(poisoned.samples, 99)];
  return finding(
    `good records reach the ${who} with a p99 extra delay <= 1 s`,
    `p99 ${after.toFixed(0)} ms, clean ${before.toFixed(0)} ms; p50 ${percentile(poisoned.samples, 50).toFixed(0)} ms, clean ${percentile(clean.samples, 50).toFixed(0)} ms`,
    after - before <= EXTRA_DELAY_LIMIT_MS && poisoned.waiting === 0,
  );
};

/** One in twenty records is bad in one of five ways, written past intake. Each is parked once by who can not take it; no other record waits for it. */
export const poison: Scenario = {
  name: 'poison',
  about: '1 % each of broken JSON, JSON encoded twice, schema-invalid, unknown major, fold that throws: parked, and nobody waits',
  shape: twoOfEach,
  full: { events: 50_000, seconds: 25 },
  short: { events: 3_000, seconds: 4 },
  async run({ fleet, size, label, say }) {
    const papers = await papersOf(fleet.url);
    const perSecond = size.events / size.seconds;
    const clean = await pour(fleet, `${label}-clean`, size.events, perSecond, false, papers);
    await fleet.database.query(
      `ALTER TABLE interactions ADD CONSTRAINT faults_refused CHECK (client IS DISTINCT FROM '${UNFOLDABLE}') NOT VALID`,
    );
    try {
      const known = new Set((await letters(fleet)).map(({ id }) => id));
      const before = await states(fleet);
      const poisoned = await pour(fleet, label, size.events, perSecond, true, papers);
      const injected = [...poisoned.bad.values()].reduce((sum, count) => sum + count, 0);
      say(`${injected} bad records among ${size.events} at ${perSecond.toFixed(0)}/s`);
      const applied = await archivedBy(fleet, label);
      const missing = lost(poisoned.good, applied);
      return [
        ...letterFindings(poisoned.bad, await lettersBy(fleet, known)),
        finding('every good record is archived', `${applied.length} of ${poisoned.good.size}`, missing.length === 0),
        nothing('0 good records doubled', doubled(applied)),
        delayFinding('archive', clean.archive, poisoned.archive),
        delayFinding('ranker', clean.ranker, poisoned.ranker),
        ...(await stateFindings(fleet, before, poisoned.good.size)),
      ];
    } finally {
      await fleet.database.query('ALTER TABLE interactions DROP CONSTRAINT faults_refused');
    }
  },
};
