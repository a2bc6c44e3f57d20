import { slotsOf } from '../../../../bench/harness/written-run.js';
import type { JudgedRequest } from '../evaluation/judged-request.js';
import { PaperRewards, SlotRewards } from './reward-model.js';

const rewardOf = ({ gains }: JudgedRequest, paper: number): number => gains.get(paper) ?? 0;

/** Two slots: paper 1 for certain, then one of 10 to 13 by chance; paper 10 is chosen wherever it stands, the certain one in every other request. */
const request = (n: number): JudgedRequest => {
  const drawn = 10 + (n % 4);
  return {
    requestId: `request-${n}`,
    at: n,
    surface: 'for-you',
    arm: 'control',
    history: 0,
    group: n,
    half: (Math.floor(n / 4) % 2) as 0 | 1,
    sides: [{ side: 'served', slots: slotsOf({}, { propensity: 0.25 }), papers: [1, drawn], place: undefined }],
    gains: new Map([...(drawn === 10 ? [[10, 1] as const] : []), ...(n % 2 === 0 ? [[1, 1] as const] : [])]),
  };
};

const learned = (requests: readonly JudgedRequest[]): PaperRewards => {
  const slots = new SlotRewards(rewardOf);
  for (const each of requests) slots.add(each);
  const rewards = new PaperRewards(rewardOf, slots);
  for (const each of requests) rewards.add(each);
  return rewards;
};

const requests = Array.from({ length: 4000 }, (_, n) => request(n));

describe('PaperRewards', () => {
  it('expects of a slot left to chance what such slots earned', () => {
    expect(learned(requests).ofSlot(request(0), 1)).toBeCloseTo(0.25, 1);
  });

  it('expects more of a paper that earned more, and little of one that earned nothing', () => {
    const rewards = learned(requests);
    expect(rewards.ofPaper(request(0), 1, 10)).toBeCloseTo(1, 1);
    expect(rewards.ofPaper(request(0), 1, 11)).toBeCloseTo(0, 1);
    // never seen: what the slot earns
    expect(rewards.ofPaper(request(0), 1, 99)).toBeCloseTo(rewards.ofSlot(request(0), 1), 12);
  });

  it('goes by the other half of the readers', () => {
    const rewards = learned(requests.filter(({ half }) => half === 0));
    const [inHalf, inOther] = [request(0), request(4)];
    expect(rewards.ofPaper(inOther, 1, 10)).toBeGreaterThan(0.8);
    expect(rewards.ofPaper(inHalf, 1, 10)).toBe(rewards.ofSlot(inHalf, 1));
    expect(rewards.ofSlot(inHalf, 1)).toBe(0);
  });
});
