/**
 * Whether off-policy estimates tell the truth. A world is invented in which it is known: papers of different worth, readers who click more or less, places that are seen more or less. In each run the served
 * policy leaves some slots to chance, and the estimates of a side that is sure of its papers (and of one that differs in half its slots only) are made by the very code of `eval --off-policy`. Wanted over
 * all runs: mean error at most 2 % of the truth, and 95 % intervals that cover it in 90 to 98 %.
 *
 *   npm run bench -- replay-off-policy [--runs 200] [--readers 1500] [--resamples 500]
 */
import { parseArgs } from 'node:util';
import { defaultEvaluationOptions } from '../apps/replay/src/evaluation/evaluation-options.js';
import { estimators, type Estimator, type SideName } from '../apps/replay/src/evaluation/evaluation-result.js';
import type { JudgedRequest, SideSlate } from '../apps/replay/src/evaluation/judged-request.js';
import { ExploredSlots, rewardBy } from '../apps/replay/src/off-policy/off-policy-sums.js';
import { PaperRewards, SlotRewards } from '../apps/replay/src/off-policy/reward-model.js';
import { paperNamed } from './harness/written-run.js';
import { dice, type Dice } from '../scripts/simulation/seeded.js';
import { table } from './harness/table.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    readers: { type: 'string', default: '1500' },
    resamples: { type: 'string', default: '500' },
  },
});
const [runs, readers] = [Number(values.runs), Number(values.readers)];
const options = { ...defaultEvaluationOptions, resamples: Number(values.resamples) };

const [MOST_BIAS, LEAST_COVER, MOST_COVER] = [0.02, 0.9, 0.98];
const PAPERS = 120;
const POOL = 8;
const SLOTS = 10;
const TOPICS = 4;
/** As live: a slot of the first page, then every so many. */
const CHANCE_PLACES: readonly number[] = [3, 7];

/** Worth and topic of each paper: the world that all runs share. */
const worlds = dice(42);
const worth = Array.from({ length: PAPERS }, () => 0.1 + 0.9 * worlds() ** 1.5);
const topicOf = (paper: number): number => paper % TOPICS;

interface Reader {
  readonly group: number;
  readonly eager: number;
  readonly topic: number;
}

/** The truth: how likely the reader engages with a paper in a place. */
const chanceOf = ({ eager, topic }: Reader, paper: number, place: number): number =>
  eager * worth[paper]! * (topicOf(paper) === topic ? 1 : 0.5) * (1 / (1 + 0.15 * place));

const without = <T>(list: readonly T[], item: T): T[] => list.filter((each) => each !== item);
const drawnFrom = (list: readonly number[], roll: Dice): number => list[Math.floor(roll() * list.length)]!;

/** Different papers, the first of which are the pool of chance. */
const gathered = (roll: Dice): { pool: number[]; sure: number[] } => {
  const papers = new Set<number>();
  while (papers.size < POOL + SLOTS) papers.add(Math.floor(roll() * PAPERS));
  const all = [...papers];
  return { pool: all.slice(0, POOL), sure: all.slice(POOL) };
};

interface Filled {
  readonly paper: number;
  readonly propensity: number;
}

/** A slate: `fill` says what stands in a slot of chance, given what is left of the pool. */
const slate = (
  side: SideName,
  { pool, sure }: { pool: number[]; sure: number[] },
  fill: (left: number[], place: number) => Filled,
): SideSlate => {
  let left = pool;
  const filled = sure.map((paper, place): Filled => {
    if (!CHANCE_PLACES.includes(place)) return { paper, propensity: 1 };
    const slot = fill(left, place);
    left = without(left, slot.paper);
    return slot;
  });
  return {
    side,
    papers: filled.map(({ paper }) => paper),
    slots: filled.map(({ paper, propensity }, place) => ({ paperId: paperNamed(`p${paper}`), score: -place, propensity, source: 'any' })),
    place: undefined,
  };
};

/** What a side that knows topics and worth a little would choose: a fixed order, the same in every run. */
const taste = dice(7);
const liking = worth.map((value) => value + 0.5 * taste());
const favourite = (left: readonly number[], { topic }: Reader): number =>
  left.reduce((best, paper) => (liked(paper, topic) > liked(best, topic) ? paper : best));
const liked = (paper: number, topic: number): number => liking[paper]! + (topicOf(paper) === topic ? 0.4 : 0);

/** Served: chance in both places. a: its favourites in both. b: the same chance in the first, its favourite in the second. */
const requestBy = (reader: Reader, number: number, roll: Dice): JudgedRequest => {
  const papers = gathered(roll);
  const served = slate('served', papers, (left) => ({ paper: drawnFrom(left, roll), propensity: 1 / left.length }));
  const sure = (left: number[]): Filled => ({ paper: favourite(left, reader), propensity: 1 });
  const [first] = CHANCE_PLACES;
  const asServed = { paper: served.papers[first!]!, propensity: 1 / POOL };
  return {
    requestId: `request-${number}`,
    at: number,
    surface: 'for-you',
    arm: 'control',
    history: 0,
    group: reader.group,
    half: (reader.group % 2) as 0 | 1,
    sides: [served, slate('a', papers, sure), slate('b', papers, (left, place) => (place === first ? asServed : sure(left)))],
    gains: new Map(served.papers.flatMap((paper, place) => (roll() < chanceOf(reader, paper, place) ? [[paper, 1] as const] : []))),
  };
};

/** Readers of very different eagerness, some of whom come often. */
function* invented(roll: Dice, count: number): Generator<{ reader: Reader; request: JudgedRequest }> {
  let number = 0;
  for (let group = 0; group < count; group++) {
    const reader = { group, eager: 0.1 + 0.6 * roll() ** 2, topic: Math.floor(roll() * TOPICS) };
    const visits = 1 + Math.floor(-5 * Math.log(1 - roll()));
    for (let visit = 0; visit < visits; visit++) yield { reader, request: requestBy(reader, number++, roll) };
  }
}

const sides = ['a', 'b'] as const;
type Side = (typeof sides)[number];

/** What a side earns a slot of chance, told from the chances themselves over many more readers than any run has. */
const truthOf = (): Record<Side, number> => {
  const sums = { a: 0, b: 0 };
  let slots = 0;
  for (const { reader, request } of invented(dice(999_999_937), 60_000)) {
    slots += CHANCE_PLACES.length;
    for (const { side, papers } of request.sides)
      if (side !== 'served') for (const place of CHANCE_PLACES) sums[side] += chanceOf(reader, papers[place]!, place);
  }
  return { a: sums.a / slots, b: sums.b / slots };
};

const estimated = (seed: number) => {
  const requests = [...invented(dice(seed), readers)].map(({ request }) => request);
  const rewardOf = rewardBy('engaged');
  const slots = new SlotRewards(rewardOf);
  for (const request of requests) slots.add(request);
  const rewards = new PaperRewards(rewardOf, slots);
  for (const request of requests) rewards.add(request);
  const explored = new ExploredSlots(['served', ...sides], rewardOf, rewards);
  for (const request of requests) explored.add(request);
  return explored.result({ ...options, seed }, 'engaged');
};

interface Tally {
  errors: number;
  squares: number;
  covered: number;
  widths: number;
}

const began = performance.now();
const truth = truthOf();
const tallies = new Map<string, Tally>();
const effective = { a: 0, b: 0 };
let [refused, explored] = [0, 0];
for (let run = 1; run <= runs; run++) {
  const result = estimated(run);
  explored += result.explored / runs;
  for (const { side, effectiveSamples, estimates } of result.sides) {
    if (side === 'served') continue;
    effective[side] += effectiveSamples / runs;
    if (estimates === null) refused++;
    for (const { estimator, value, low, high } of estimates ?? []) {
      const key = `${side} ${estimator}`;
      const tally = tallies.get(key) ?? { errors: 0, squares: 0, covered: 0, widths: 0 };
      tally.errors += value - truth[side];
      tally.squares += (value - truth[side]) ** 2;
      tally.covered += low <= truth[side] && truth[side] <= high ? 1 : 0;
      tally.widths += high - low;
      tallies.set(key, tally);
    }
  }
}

const judged = sides.flatMap((side) =>
  estimators.map((estimator: Estimator) => {
    const { errors, squares, covered, widths } = tallies.get(`${side} ${estimator}`)!;
    const [bias, cover] = [errors / runs / truth[side], covered / runs];
    const met = Math.abs(bias) <= MOST_BIAS && cover >= LEAST_COVER && cover <= MOST_COVER;
    return { side, estimator, bias, error: Math.sqrt(squares / runs) / truth[side], cover, width: widths / runs / truth[side], met };
  }),
);
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
console.log(
  [
    `${runs} runs of ${readers} readers, ${explored.toFixed(0)} slots left to chance each, pool of ${POOL}; truth a ${truth.a.toFixed(5)}, b ${truth.b.toFixed(5)}; mean effective samples a ${effective.a.toFixed(0)}, b ${effective.b.toFixed(0)}; refused ${refused}`,
    table(
      ['side, estimator', 'bias', 'error (RMS)', 'width of 95 %', 'covers truth', 'met'],
      judged.map(({ side, estimator, bias, error, width, cover, met }) => [
        `${side} ${estimator}`,
        percent(bias),
        percent(error),
        percent(width),
        percent(cover),
        met ? 'yes' : 'NO',
      ]),
    ),
    `wanted: bias within ${percent(MOST_BIAS)}, cover ${percent(LEAST_COVER)} to ${percent(MOST_COVER)}`,
    `${((performance.now() - began) / 1000).toFixed(1)} s`,
  ].join('\n'),
);
process.exitCode = refused === 0 && judged.every(({ met }) => met) ? 0 : 1;
