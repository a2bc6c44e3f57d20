import type { Surface } from '#contracts';
import { defaultEvaluationOptions } from '../evaluation/evaluation-options.js';
import { slotsOf } from '../../../../bench/harness/written-run.js';
import type { JudgedRequest, SideSlate } from '../evaluation/judged-request.js';
import type { SideName } from '../evaluation/evaluation-result.js';
import { ExploredSlots, rewardBy } from './off-policy-sums.js';
import { PaperRewards, SlotRewards } from './reward-model.js';
import { isWeighable, servedProbability, targetProbability } from './target-policy.js';

const side = (name: SideName, ...slots: readonly (readonly [paper: number, propensity?: number])[]): SideSlate => ({
  side: name,
  slots: slotsOf(...slots.map(([, propensity = 1]) => ({ propensity, source: propensity < 1 ? 'exploration' : 'trending' }))),
  papers: slots.map(([paper]) => paper),
  place: undefined,
});

const request = (group: number, sides: readonly SideSlate[], chosen: readonly number[] = []): JudgedRequest => ({
  requestId: `request-${group}`,
  at: group,
  surface: 'for-you' satisfies Surface,
  arm: 'control',
  history: 0,
  group,
  half: (group % 2) as 0 | 1,
  sides,
  gains: new Map(chosen.map((paper) => [paper, 2])),
});

describe('targetProbability', () => {
  const slate = side('a', [1], [2, 0.25], [3]);

  it.each([
    { why: 'is 1 for the paper that is sure to be there', place: 0, paper: 1, expected: 1 },
    { why: 'is 0 for any other', place: 0, paper: 2, expected: 0 },
    { why: 'is that of the pool where the side leaves it to chance', place: 1, paper: 9, expected: 0.25 },
    { why: 'is 0 for what the side has placed above', place: 1, paper: 1, expected: 0 },
    { why: 'is 0 where the side lists nothing', place: 7, paper: 1, expected: 0 },
  ])('$why', ({ place, paper, expected }) => {
    expect(targetProbability(slate, place, paper)).toBe(expected);
  });
});

describe('isWeighable', () => {
  it('leaves out a slot whose random number the side has used for a slot above', () => {
    const served = side('served', [1], [2], [3, 0.5]);
    expect(isWeighable(served, side('a', [1], [9, 0.5], [3]), 2)).toBe(false);
    expect(isWeighable(served, side('a', [1], [2], [9, 0.5]), 2)).toBe(true);
    expect(isWeighable(served, side('a', [1], [2], [3]), 2)).toBe(true);
  });
});

describe('servedProbability', () => {
  const served = side('served', [1], [2, 0.25], [3, 0.5], [4, 0.5]);

  it('is the logged chance where the side has drawn as often above', () => {
    expect(servedProbability(served, side('a', [1], [2, 0.25], [3, 0.5], [9]), 3)).toBe(0.5);
    expect(servedProbability(served, side('a', [1], [9]), 1)).toBe(0.25);
  });

  it('counts that draws which the side did not make could have taken the paper', () => {
    // not taken by either draw above, then drawn: as likely as in the first place of chance
    expect(servedProbability(served, side('a', [1], [7], [8], [9]), 3)).toBeCloseTo(0.75 * 0.5 * 0.5, 12);
    expect(servedProbability(served, side('a', [1], [2, 0.25], [8], [9]), 3)).toBeCloseTo(0.5 * 0.5, 12);
  });
});

const summed = (requests: readonly JudgedRequest[]) => {
  const rewardOf = rewardBy('engaged');
  const slots = new SlotRewards(rewardOf);
  for (const each of requests) slots.add(each);
  const rewards = new PaperRewards(rewardOf, slots);
  for (const each of requests) rewards.add(each);
  const explored = new ExploredSlots(['served', 'a'], rewardOf, rewards);
  for (const each of requests) explored.add(each);
  return explored.result({ ...defaultEvaluationOptions, resamples: 200 }, 'engaged');
};

describe('ExploredSlots', () => {
  it('tells what was served of the served policy itself', () => {
    const requests = Array.from({ length: 400 }, (_, n) => {
      const slots = [[1], [10 + (n % 4), 0.25]] as const;
      return request(n, [side('served', ...slots), side('a', ...slots)], n % 3 === 0 ? [10 + (n % 4)] : []);
    });
    const { logged, explored, slots, sides } = summed(requests);
    expect([explored, slots]).toEqual([400, 800]);
    expect(logged.value).toBeCloseTo(134 / 400, 12);
    expect(sides[0]).toMatchObject({ usable: 400, matched: 400, effectiveSamples: 400, supported: 1, leftOut: 0 });
    for (const { value } of sides[0]!.estimates!) expect(value).toBeCloseTo(logged.value, 12);
  });

  it('weighs a side that is sure of a paper by one in so many', () => {
    // Paper 10 earns always, the others never; the side always puts 10 there.
    const requests = Array.from({ length: 800 }, (_, n) =>
      request(
        n,
        [side('served', [1], [10 + (Math.floor(n / 2) % 4), 0.25]), side('a', [1], [10])],
        Math.floor(n / 2) % 4 === 0 ? [10] : [],
      ),
    );
    const { sides } = summed(requests);
    expect(sides[0]).toMatchObject({ usable: 800, matched: 200, effectiveSamples: 200, supported: 1, largestWeight: 4 });
    const values = Object.fromEntries(sides[0]!.estimates!.map(({ estimator, value }) => [estimator, value]));
    expect(values['ips']).toBeCloseTo(1, 12);
    expect(values['snips']).toBeCloseTo(1, 12);
    expect(values['dr']).toBeCloseTo(1, 12);
  });

  it('estimates nothing from fewer than 100 effective samples, and says how far it got', () => {
    const requests = Array.from({ length: 99 }, (_, n) => request(n, [side('served', [10, 0.5]), side('a', [10])]));
    expect(summed(requests).sides[0]).toMatchObject({ effectiveSamples: 99, estimates: null });
    expect(summed([]).sides[0]).toMatchObject({ usable: 0, effectiveSamples: 0, supported: 0, estimates: null });
  });

  it('says how much of a side the log could not have shown', () => {
    const requests = Array.from({ length: 400 }, (_, n) => request(n, [side('served', [n % 4, 0.25]), side('a', [n < 200 ? 0 : 99])]));
    expect(summed(requests).sides[0]).toMatchObject({ supported: 0.5, estimates: null });
  });
});
