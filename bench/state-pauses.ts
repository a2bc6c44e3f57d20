/**
 * How long the state of a ranker holds its one thread up: hashing it (at once, in parts, and again after some changes) and writing a
 * snapshot (at once, and in steps).
 *
 *   npm run bench -- state-pauses [--papers 100000] [--readers 100000]
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { dataSchemas, eventTypes, type InteractionEvent, interactionEventSchema, paperSchema } from '#contracts';
import { defaultStateConfig, RankingState } from '#ranking';
import { dice } from '../scripts/simulation/seeded.js';
import { table } from './harness/table.js';
import { percentile } from './promises/figures.js';

const { values } = parseArgs({
  options: { papers: { type: 'string', default: '100000' }, readers: { type: 'string', default: '100000' } },
});
const [papers, readers] = [Number(values.papers), Number(values.readers)];
/** Members that are hashed in one part by the ranker. */
const PART = 64;
const NOON = Date.parse('2026-03-10T12:00:00.000Z');
const roll = dice(1);

const interaction = (n: number, at: number): InteractionEvent =>
  interactionEventSchema.parse({
    specversion: '1.0',
    id: `pause-${String(n).padStart(9, '0')}`,
    source: 'urn:broadsheet:bench',
    type: eventTypes.interaction,
    time: new Date(at).toISOString(),
    recordedtime: new Date(at).toISOString(),
    dataschema: dataSchemas.interaction,
    data: {
      action: 'upvote',
      target: { kind: 'paper', id: `p${Math.floor(roll() * papers)}` },
      on: true,
      readerRef: `r_${String(n % readers).padStart(22, '0')}`,
      trust: 'server',
    },
  });

const timed = <T>(work: () => T): { readonly ms: number; readonly value: T } => {
  const began = performance.now();
  const value = work();
  return { ms: performance.now() - began, value };
};

/** Longest part, and all of them together. */
const inParts = (state: RankingState): { longest: number; total: number } => {
  let [longest, total, left] = [0, 0, 1];
  while (left > 0) {
    const { ms, value } = timed(() => state.prepareHash(PART));
    [longest, total, left] = [Math.max(longest, ms), total + ms, value];
  }
  return { longest, total };
};

/** The same of a snapshot that is written in steps. */
const inSteps = (state: RankingState): { longest: number; most: number; total: number; bytes: Uint8Array } => {
  const steps = state.serializeInSteps();
  const all: number[] = [];
  for (;;) {
    const { ms, value: step } = timed(() => steps.next());
    all.push(ms);
    if (step.done !== true) continue;
    return { longest: Math.max(...all), most: percentile(all, 99.9), total: all.reduce((sum, each) => sum + each, 0), bytes: step.value };
  }
};

const state = RankingState.empty(defaultStateConfig);
for (let n = 0; n < papers; n++)
  state.foldPaper(paperSchema.parse({ id: `p${n}`, title: `Paper ${n} on attention`, publishedAt: '2026-03-01', source: 'bench' }), null);
for (let n = 0; n < readers * 3; n++) state.foldInteraction(interaction(n, NOON + (n % 3_600) * 1_000));
const events = readers * 3;

const whole = timed(() => state.hash());
const snapshot = timed(() => state.serialize());
const sliced = inSteps(state);
const [again, other] = [
  RankingState.deserialize(snapshot.value, defaultStateConfig),
  RankingState.deserialize(snapshot.value, defaultStateConfig),
];
const parts = inParts(again);
const afterParts = timed(() => again.hash());
for (let n = 0; n < 1_000; n++) again.foldInteraction(interaction(events + n, NOON + 3_600_000));
const afterEvents = timed(() => again.hash());
again.foldInteraction(interaction(events + 1_000, NOON + 60 * 3_600_000));
const border = inParts(again);
const afterBorder = timed(() => again.hash());
const sameBytes = Buffer.compare(sliced.bytes, snapshot.value) === 0;
const same = whole.value === afterParts.value && other.hash() === whole.value;

console.log(
  `${state.stats.papers} papers, ${state.stats.readers} readers, ${events} votes; snapshot of ${(snapshot.value.length / 2 ** 20).toFixed(0)} MiB\n`,
);
console.log(
  table(
    ['', 'held up ms', 'in all ms'],
    [
      ['hash of everything at once', whole.ms.toFixed(1), whole.ms.toFixed(1)],
      [`the same in parts of ${PART} (after a restore)`, parts.longest.toFixed(1), parts.total.toFixed(1)],
      ['hash when the parts are done', afterParts.ms.toFixed(1), afterParts.ms.toFixed(1)],
      ['hash 1,000 events later', afterEvents.ms.toFixed(1), afterEvents.ms.toFixed(1)],
      ['parts after counts were coarsened', border.longest.toFixed(1), border.total.toFixed(1)],
      ['hash after that', afterBorder.ms.toFixed(1), afterBorder.ms.toFixed(1)],
      ['snapshot at once', snapshot.ms.toFixed(1), snapshot.ms.toFixed(1)],
      ['the same in steps (as the ranker takes it)', sliced.longest.toFixed(1), sliced.total.toFixed(1)],
    ],
  ),
);
console.log(same ? '\nthe hash is the same all ways' : '\nTHE HASHES DIFFER');
console.log(
  `99.9 % of the steps of a snapshot end within ${sliced.most.toFixed(1)} ms; longer ones hold a collection of garbage, or another process`,
);
console.log(sameBytes ? 'the snapshots are the same' : 'THE SNAPSHOTS DIFFER');
process.exitCode = same && sameBytes ? 0 : 1;
