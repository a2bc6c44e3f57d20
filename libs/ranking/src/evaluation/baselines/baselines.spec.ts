import fc from 'fast-check';
import { fuse } from './rank-fusion.js';
import { itemKnn } from './item-knn.js';
import { tfIdf } from './tf-idf.js';
import { topItems } from './top-items.js';

describe('itemKnn', () => {
  // readers: {0,1}, {0,1,2}, {2,3}
  const histories = [Int32Array.of(0, 1), Int32Array.of(0, 1, 2), Int32Array.of(2, 3)];

  it('is the shrunken cosine of weighted columns, by hand', () => {
    const scores = new Float64Array(4);
    itemKnn(histories, 4, { shrink: 3, readerPower: 0.5, neighbours: 10 })([0], scores);
    // squares of the cells: 1/2 for the first and last reader, 1/3 for the second
    const first = Math.sqrt(1 / 2 + 1 / 3);
    expect(scores[1]).toBeCloseTo((1 / 2 + 1 / 3) / (first * first + 3), 12);
    expect(scores[2]).toBeCloseTo(1 / 3 / (first * Math.sqrt(1 / 3 + 1 / 2) + 3), 12);
    expect(scores[3]).toBe(0);
  });

  it('sums over the history and keeps to the nearest neighbours of each item', () => {
    const [both, first, third, nearest] = [0, 1, 2, 3].map(() => new Float64Array(4)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const settings = { shrink: 1, readerPower: 0.25, neighbours: 10 };
    const scorer = itemKnn(histories, 4, settings);
    scorer([0, 3], both);
    scorer([0], first);
    scorer([3], third);
    both.forEach((score, item) => expect(score).toBeCloseTo(first[item]! + third[item]!, 12));
    itemKnn(histories, 4, { ...settings, neighbours: 1 })([0], nearest);
    expect([...nearest].map((score) => score > 0)).toEqual([false, true, false, false]);
  });
});

describe('tfIdf', () => {
  it('ranks by words in common, rare ones first, whatever their number in other texts', () => {
    const scores = new Float64Array(4);
    tfIdf(['graph networks learn', 'deep graph networks', 'deep networks learn', 'cooking rice'])([0], scores);
    expect(scores[0]).toBeCloseTo(1, 12);
    expect(scores[1]).toBeGreaterThan(0);
    expect(scores[3]).toBe(0);
    const again = scores.slice();
    tfIdf(['graph networks learn', 'deep graph networks', 'deep networks learn', 'cooking rice'])([0], again);
    expect(again).toEqual(scores);
  });

  it('forgets one history before the next', () => {
    const scorer = tfIdf(['red apple', 'red pear', 'green apple', 'green pear']);
    const [fresh, used] = [new Float64Array(4), new Float64Array(4)];
    scorer([3], used);
    scorer([0], used);
    tfIdf(['red apple', 'red pear', 'green apple', 'green pear'])([0], fresh);
    expect(used).toEqual(fresh);
  });
});

describe('fuse', () => {
  const accepted = Uint8Array.of(1, 1, 1, 0);
  const first = Float64Array.of(3, 2, 0, 9);
  const second = Float64Array.of(0, 10, 20, 9);

  it('sums reciprocal ranks among what is accepted; what a scorer is silent on gets nothing of it', () => {
    const fused = new Float64Array(4);
    fuse([first, second], { kind: 'reciprocal-ranks', constant: 60 }, accepted, fused);
    [1 / 61, 1 / 62 + 1 / 62, 1 / 61, -Infinity].forEach((value, item) => expect(fused[item]).toBeCloseTo(value, 12));
  });

  it('sums weighted z-scores, so that the size of scores does not matter', () => {
    const [small, large] = [new Float64Array(4), new Float64Array(4)];
    fuse([first, second], { kind: 'z-scores', weights: [2, 1] }, accepted, small);
    fuse([first.map((score) => score * 100 + 7), second], { kind: 'z-scores', weights: [2, 1] }, accepted, large);
    small.forEach((value, item) => (item === 3 ? expect(large[item]).toBe(-Infinity) : expect(large[item]).toBeCloseTo(value, 9)));
    expect(small[0]! + small[1]! + small[2]!).toBeCloseTo(0, 12);
  });

  it('lets a scorer without an opinion change nothing', () => {
    const [alone, joined] = [new Float64Array(4), new Float64Array(4)];
    fuse([first], { kind: 'z-scores', weights: [1] }, accepted, alone);
    fuse([first, new Float64Array(4).fill(5)], { kind: 'z-scores', weights: [1, 1] }, accepted, joined);
    expect(joined).toEqual(alone);
  });
});

describe('topItems', () => {
  it('is sorting, but for what is not accepted or not spoken for', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean()), { maxLength: 40 }), fc.nat(12), (items, k) => {
        const scores = Float64Array.from(items, ([score]) => score);
        const accepted = Uint8Array.from(items, ([, is]) => (is ? 1 : 0));
        const sorted = [...scores.keys()]
          .filter((item) => accepted[item] === 1 && scores[item] !== 0)
          .sort((a, b) => scores[b]! - scores[a]! || a - b);
        expect([...topItems(scores, accepted, k)]).toEqual(sorted.slice(0, k));
      }),
    );
  });
});
