/**
 * Whether the lag in seconds that consumers report is true. Records are written straight to the log, so the bench knows when each was sent;
 * consumers are stopped (SIGSTOP), slowed, held and cut off; their metrics are read some thirty times a second, and each reading is compared
 * with the age of the oldest record that the consumer had not handled at that moment, told from its position. While rankers are the ones in
 * trouble, events also go the whole way from the gateway until a feed respects them, as the heartbeat does.
 *
 *   npm run bench -- lag-truth [--only TEXT] [--seed 1]
 *
 * About five minutes; `--only ranker` takes the phases whose name has the text. A real Kafka and PostgreSQL of its own.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { positionKey, topics } from '#contracts';
import { partitionOf } from '#event-log';
import { archivePositions } from '../test/faults/checker/evidence.js';
import { Fleet } from '../test/faults/fleet/fleet.js';
import { slowClient } from '../test/faults/fleet/slow.js';
import { papersOf } from '../test/faults/load/sender.js';
import { median, table } from './harness/table.js';
import { beatsReader, Heartbeats } from './lag/heartbeats.js';
import { LagWatch, type Look } from './lag/lag-watch.js';
import { SentRecords } from './lag/sent-records.js';
import { Traffic } from './lag/traffic.js';
import { show } from './promises/figures.js';

const USAGE = 'lag-truth [--only TEXT] [--seed 1]';
const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, seed: { type: 'string', default: '1' }, help: { type: 'boolean', default: false } },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const WITHIN_S = 0.5;
/** A look between whose two moments the truth moved further than this says nothing. */
const SHARP_S = 0.25;
const SETTLE_MS = 1_500;
const PATIENCE_MS = 60_000;
const many = Array.from({ length: 24 }, (_, index) => `r_lagtruthmany${String(index).padStart(12, '0')}`);

interface Phase {
  readonly name: string;
  readonly perSecond: number;
  readonly readers: readonly string[];
  /** Beats go along: who is in trouble is the ranker, and intake is not. */
  readonly beats?: boolean;
  /** Processes start anew: until they have found their place they can not say how far behind they are. */
  readonly starts?: true;
  /** Seconds that the fold stands still: the longest way of a beat takes as long. */
  readonly injected?: number;
  trouble(traffic: Traffic, watch: LagWatch): Promise<void>;
}

const dataDir = join('.data', `bench-lag-${process.pid}`);
const fleet = await Fleet.start({
  shape: { ingests: 1, rankers: 1, gateways: 1, proxied: ['database'], preload: ['slow-fold'] },
  dataDir,
  seed: Number(options.seed),
  say: (line) => {
    console.log(line);
  },
});
/** One partition, which is that of the beats as well: they stand in line with everything else. */
const one = [beatsReader(fleet.secrets.readers)];
const [ranker, ingest] = [fleet.rankers[0]!, fleet.ingests[0]!];
const stopFor = async (watch: LagWatch, seconds: number, ...who: readonly { pause(): void; resume(): void }[]): Promise<void> => {
  await watch.between(() => {
    for (const each of who) each.pause();
  });
  await sleep(seconds * 1000);
  watch.resumed();
  for (const each of who) each.resume();
};

/** The archive can not write one partition of interactions: somebody holds the row of its position. */
const holdPartition = async (seconds: number): Promise<void> => {
  const connection = await fleet.database.connect();
  try {
    await connection.query('BEGIN');
    await connection.query(
      `SELECT 1 FROM archive_positions WHERE topic = 'interactions.v1' AND next_offset = (SELECT max(next_offset) FROM archive_positions WHERE topic = 'interactions.v1') FOR UPDATE`,
    );
    await sleep(seconds * 1000);
    await connection.query('ROLLBACK');
  } finally {
    connection.release();
  }
};

const { database } = fleet.stores;
const everything: readonly Phase[] = [
  { name: 'nothing wrong, 100/s', perSecond: 100, readers: one, beats: true, trouble: () => sleep(8_000) },
  ...[2, 5, 10, 20].map((seconds): Phase => ({
    name: `ranker stopped ${seconds} s, 100/s`,
    perSecond: 100,
    readers: one,
    beats: true,
    injected: seconds,
    trouble: (_, watch) => stopFor(watch, seconds, ranker),
  })),
  ...[2, 5, 10, 20].map((seconds): Phase => ({
    name: `ingest stopped ${seconds} s, 100/s`,
    perSecond: 100,
    readers: one,
    trouble: (_, watch) => stopFor(watch, seconds, ingest),
  })),
  { name: 'both stopped 5 s, 2,000/s', perSecond: 2_000, readers: many, trouble: (_, watch) => stopFor(watch, 5, ranker, ingest) },
  { name: 'both stopped 5 s, 1 record in 2 s', perSecond: 0.5, readers: one, trouble: (_, watch) => stopFor(watch, 5, ranker, ingest) },
  {
    name: 'idle for 8 s, then one record while both are stopped',
    perSecond: 0.001,
    readers: one,
    trouble: async (_, watch) => {
      await sleep(8_000);
      await watch.between(() => {
        for (const each of [ranker, ingest]) each.pause();
      });
      await sent.send({ readerRef: one[0]!, count: 1, client: 'bench-lag', paperId });
      await sleep(3_000);
      watch.resumed();
      for (const each of [ranker, ingest]) each.resume();
    },
  },
  {
    name: 'fold slowed to 100/s, 200/s come',
    perSecond: 200,
    readers: one,
    beats: true,
    trouble: async (traffic) => {
      traffic.client = slowClient(10);
      await sleep(8_000);
      traffic.client = 'bench-lag';
    },
  },
  {
    name: 'fold slowed to 1/s over records 3 s apart',
    perSecond: 0.001,
    readers: one,
    trouble: async (_, watch) => {
      await watch.between(() => ranker.pause());
      for (let index = 0; index < 4; index += 1) {
        await sent.send({ readerRef: one[0]!, count: 1, client: slowClient(1_000), paperId });
        await sleep(3_000);
      }
      watch.resumed();
      ranker.resume();
      await sleep(5_000);
    },
  },
  {
    name: 'fold held 5 s, 100/s',
    perSecond: 100,
    readers: one,
    beats: true,
    injected: 5,
    trouble: async () => {
      await fetch(`${ranker.admin}/state/hold?ms=5000`);
      await sleep(5_000);
    },
  },
  {
    name: 'database slowed by 300 ms a statement, 500/s',
    perSecond: 500,
    readers: many,
    trouble: async () => {
      database.proxy.set('up', { latencyMs: 300 });
      await sleep(8_000);
      database.proxy.heal();
    },
  },
  {
    name: 'database away 8 s, 100/s',
    perSecond: 100,
    readers: one,
    trouble: async () => {
      await database.proxy.down();
      await sleep(8_000);
      await database.proxy.up();
    },
  },
  { name: 'one partition of the archive held 6 s, 100/s', perSecond: 100, readers: one, trouble: () => holdPartition(6) },
  {
    name: 'both started anew with 5 s to catch up, 100/s',
    perSecond: 100,
    readers: one,
    starts: true,
    trouble: async () => {
      await Promise.all([ranker.stop(), ingest.stop()]);
      await sleep(4_000);
      ranker.start();
      ingest.start();
      await fleet.ready();
    },
  },
];
const phases = everything.filter(({ name }) => name.includes(options.only));

const archived = async (): Promise<ReadonlyMap<string, bigint>> => new Map(Object.entries(await archivePositions(fleet)));
const beatsKey = positionKey(topics.interactions.name, partitionOf(one[0]!, topics.interactions.partitions));
const beatsEnd = async (): Promise<bigint> => BigInt((await fleet.log.bounds(topics.interactions.name)).end[beatsKey] ?? 0);
const sent = new SentRecords(fleet.log, `lag-${Date.now().toString(36)}`);
const paperId = (await papersOf(fleet.url))[0]!;

const heartbeats = (watch: LagWatch): Heartbeats =>
  new Heartbeats({
    gateway: fleet.url,
    tokenSecret: fleet.secrets.tokens,
    paperId,
    end: beatsEnd,
    folded: () => watch.folded.get(beatsKey) ?? 0n,
  });

const off = (reported: number, [least, most]: readonly [number, number]): number => Math.max(0, least - reported, reported - most);

interface Judged {
  readonly consumer: string;
  readonly looks: number;
  readonly worst: number;
  readonly median: number;
  readonly highest: number;
  readonly missing: number;
  readonly blurred: number;
  /** What was reported and what was true where it was worst. */
  readonly atWorst: string;
}

const judge = (consumer: string, all: readonly Look[]): Judged => {
  const looks = all.filter((look) => look.consumer === consumer).map(({ reported, truth }) => ({ reported, truth: truth() }));
  const sharp = looks.filter(({ truth: [least, most] }) => most - least <= SHARP_S);
  const judged = sharp.flatMap(({ reported, truth }) => (reported === null ? [] : [{ reported, truth, by: off(reported, truth) }]));
  const offs = judged.map(({ by }) => by);
  const farthest = judged.toSorted((a, b) => b.by - a.by)[0];
  return {
    consumer,
    looks: offs.length,
    worst: Math.max(0, ...offs),
    median: median(offs),
    highest: Math.max(0, ...sharp.map(({ truth: [least] }) => least)),
    missing: sharp.filter(({ reported, truth: [least] }) => reported === null && least > WITHIN_S).length,
    blurred: looks.length - sharp.length,
    atWorst: farthest === undefined ? '' : `${farthest.reported.toFixed(2)} for ${farthest.truth.map((age) => age.toFixed(2)).join('..')}`,
  };
};

/** Until all consumers have been level for a moment, by what is true and not by what they report. */
const level = async (watch: LagWatch): Promise<boolean> => {
  const until = Date.now() + PATIENCE_MS;
  for (let calm = 0; Date.now() < until;) {
    await sleep(100);
    const last = ['ranker', 'archive'].map((name) => watch.looks.findLast(({ consumer }) => consumer === name)?.truth()[0]);
    calm = last.every((age) => age !== undefined && age < 0.3) ? calm + 1 : 0;
    if (calm >= 10) return true;
  }
  return false;
};

const rows: string[][] = [];
const beaten: string[][] = [];
let [worst, missing, worstBeat] = [0, 0, 0];
try {
  for (const phase of phases) {
    const watch = new LagWatch({ ranker: ranker.admin, ingest: ingest.admin, archived }, sent);
    await sleep(500);
    const traffic = new Traffic(sent, { perSecond: phase.perSecond, readers: phase.readers, paperId });
    const beats = phase.beats === true ? heartbeats(watch) : null;
    await sleep(SETTLE_MS);
    await phase.trouble(traffic, watch);
    const isLevel = await level(watch);
    await beats?.stop();
    await traffic.stop();
    await sleep(300);
    await watch.stop();
    if (!isLevel) console.log(`        ${phase.name}: not everything was level after ${PATIENCE_MS / 1000} s`);
    if (watch.unjoined > 0)
      console.log(
        `        ${phase.name}: the quality consumer began again at the end of the log and left out ${watch.unjoined} records: not judged`,
      );
    for (const consumer of ['ranker', 'archive', ...(watch.unjoined > 0 ? [] : ['quality'])]) {
      const found = judge(consumer, watch.looks);
      rows.push([
        phase.name,
        consumer,
        String(found.looks),
        found.highest.toFixed(2),
        found.worst.toFixed(3),
        found.median.toFixed(3),
        String(found.missing),
        String(found.blurred),
        found.atWorst,
      ]);
      worst = Math.max(worst, found.worst);
      if (phase.starts !== true) missing += found.missing;
    }
    if (beats !== null && beats.foldedAfter.length > 0) {
      const highest = Math.max(...watch.looks.flatMap(({ consumer, reported }) => (consumer === 'ranker' ? [reported ?? 0] : [])));
      const longest = Math.max(...beats.foldedAfter);
      // A process that was stopped does not answer before it has heard what waits, and may have folded it by then.
      const apart = Math.abs(longest - (phase.injected ?? highest));
      worstBeat = Math.max(worstBeat, apart);
      const figures = [phase.injected ?? Number.NaN, longest, highest, apart, Math.max(0, ...beats.shownAfter)];
      beaten.push([
        phase.name,
        String(beats.foldedAfter.length),
        ...figures.map((figure) => (Number.isNaN(figure) ? '' : figure.toFixed(2))),
      ]);
    }
    console.log(`        ${phase.name}: done`);
  }
  console.log(
    table(
      ['phase', 'consumer', 'looks', 'true, most s', 'off, worst s', 'off, median s', 'silent', 'blurred', 'at worst: reported for true'],
      rows,
    ),
  );
  console.log('');
  console.log(
    table(['phase', 'beats', 'injected s', 'until folded, longest s', 'reported, most s', 'apart s', 'until in a feed s'], beaten),
  );
  console.log('');
  show('reported lag in seconds is within 0.5 s of the truth', `${worst.toFixed(3)} s at worst`, worst <= WITHIN_S);
  show('no consumer is silent about a lag of more than 0.5 s', `${missing} looks`, missing === 0);
  show(
    'the longest way of a heartbeat is within 0.5 s of the injected delay, or of the highest reported lag',
    `${worstBeat.toFixed(2)} s apart at worst`,
    worstBeat <= WITHIN_S,
  );
} finally {
  await fleet.stop();
  if (process.exitCode === undefined || process.exitCode === 0) rmSync(dataDir, { recursive: true, force: true });
}
