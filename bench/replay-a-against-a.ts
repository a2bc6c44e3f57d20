/**
 * Whether eval finds a difference where there is none. For each seed an invented run is written, with readers of very different activity and luck and two identical sides, and judged by the very code of
 * `eval`: (1) b - a must be exactly nothing, (2) two independent halves of the readers, judged apart, differ by chance alone, and the 95 % interval of their difference must cover 0
 * in at least 93 % of the seeds.
 *
 *   npm run bench -- replay-a-against-a [--seeds 200] [--readers 400] [--dir RUN]
 *
 * With --dir a finished run takes the place of the invented ones: its readers are split anew for each seed, and its sides may differ.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { independentDifference, type Interval } from '#ranking';
import { evaluateRun } from '../apps/replay/src/evaluation/evaluate-run.js';
import { defaultEvaluationOptions, metricsOf } from '../apps/replay/src/evaluation/evaluation-options.js';
import type { Evaluation } from '../apps/replay/src/evaluation/evaluation-result.js';
import { nameHash } from '../apps/replay/src/evaluation/reader-groups.js';
import { outcomeOf, paperOf, readerNamed, requestOf, servedOf, slateOf, slotsOf, writeRun } from './harness/written-run.js';
import type { Outcome, ReplayedRequest } from '../apps/replay/src/files/run-files.js';
import { dice, type Dice } from '../scripts/simulation/seeded.js';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '200' }, readers: { type: 'string', default: '400' }, dir: { type: 'string' } },
});
const [seeds, readers] = [Number(values.seeds), Number(values.readers)];
const WANTED = 0.93;
const PAPERS = 300;
const SLOTS = 10;
const metrics = ['ndcg@10', 'mrr', 'hit@3', 'novelty'] as const;
const options = { ...defaultEvaluationOptions, metrics: metricsOf(metrics), by: [] };

/** Requests of one reader resemble each other: some read a lot, some know what they want near the top, others dig. */
const inventedRun = (roll: Dice): { requests: ReplayedRequest[]; outcomes: Outcome[] } => {
  const [requests, outcomes]: [ReplayedRequest[], Outcome[]] = [[], []];
  for (let reader = 0; reader < readers; reader++) {
    const [eager, depth, count] = [0.02 + 0.2 * roll() ** 2, 0.4 + 0.55 * roll(), 1 + Math.floor(-6 * Math.log(1 - roll()))];
    for (let n = 0; n < count; n++) {
      const number = requests.length;
      const start = Math.floor(PAPERS * roll() ** 2);
      const slots = slotsOf(...Array.from({ length: SLOTS }, (_, place) => `p${(start + 7 * place) % PAPERS}`));
      requests.push(
        requestOf(number, {
          readerRef: readerNamed(reader),
          served: servedOf(slots),
          a: slateOf(slots.toReversed()),
          b: slateOf(slots.toReversed()),
        }),
      );
      slots.forEach(({ paperId }, place) => {
        if (roll() < eager * depth ** place) outcomes.push(outcomeOf(number, paperId, roll() < 0.3 ? 'upvote' : 'open', {}));
      });
    }
  }
  return { requests, outcomes: outcomes.map((outcome) => (outcome.action === 'upvote' ? { ...outcome, on: true } : outcome)) };
};

const papers = Array.from({ length: PAPERS }, (_, n) => paperOf(`p${n}`));

const figureOf = ({ figures }: Evaluation, metric: string): Interval => {
  const { value, low, high } = figures.find((figure) => figure.metric === metric && figure.side === 'a')!;
  return { mean: value ?? NaN, low: low ?? NaN, high: high ?? NaN };
};

const covered = new Map<string, number>(metrics.map((metric) => [metric, 0]));
let [equalSides, differencesSeen] = [0, 0];
const scratch = mkdtempSync(join(tmpdir(), 'replay-a-against-a-'));
const began = performance.now();
try {
  for (let seed = 1; seed <= seeds; seed++) {
    const directory = values.dir ?? join(scratch, String(seed));
    if (values.dir === undefined) writeRun(directory, { ...inventedRun(dice(seed)), papers });
    const half = (wanted: number) => ({ ...options, seed, keeps: (reader: string) => (nameHash(`${seed} ${reader}`) & 1) === wanted });
    const [one, two] = [await evaluateRun(directory, half(0)), await evaluateRun(directory, half(1))];
    const ofSides = [one, two].flatMap(({ differences }) => differences.filter(({ better }) => better === 'b'));
    differencesSeen += ofSides.length;
    equalSides += ofSides.filter(({ value, low, high }) => value === 0 && low === 0 && high === 0).length;
    for (const metric of metrics) {
      const { low, high } = independentDifference(figureOf(one, metric), figureOf(two, metric));
      if (low <= 0 && high >= 0) covered.set(metric, covered.get(metric)! + 1);
    }
    if (values.dir === undefined) rmSync(directory, { recursive: true });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const shares = [...covered].map(([metric, count]) => ({ metric, share: count / seeds }));
const isGood = (values.dir !== undefined || equalSides === differencesSeen) && shares.every(({ share }) => share >= WANTED);
console.log(
  [
    values.dir === undefined
      ? `${seeds} invented runs of ${readers} readers (seeds 1 to ${seeds})`
      : `${seeds} splits of the readers of ${values.dir}`,
    ...(values.dir === undefined
      ? [`identical sides: ${equalSides} of ${differencesSeen} differences are exactly 0, as are both ends of their intervals`]
      : []),
    ...shares.map(
      ({ metric, share }) =>
        `two halves, ${metric.padEnd(8)} the 95 % interval covers 0 in ${(100 * share).toFixed(1)} % (wanted ${100 * WANTED} %)`,
    ),
    `${((performance.now() - began) / 1000).toFixed(1)} s`,
  ].join('\n'),
);
process.exitCode = isGood ? 0 : 1;
