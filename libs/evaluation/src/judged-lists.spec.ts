import { JudgedLists } from './judged-lists.js';
import type { JudgedList } from './judged-lists.js';

let days = 0;
const list = (gains: readonly number[], groups: readonly string[] = []): JudgedList => ({
  groups,
  day: `day ${(days += 1)}`,
  ids: gains.map((_, i) => `i${i}`),
  gains,
  scores: new Map([
    ['best', gains],
    ['worst', gains.map((gain) => -gain)],
    ['silent', gains.map(() => 0)],
  ]),
});

describe('JudgedLists', () => {
  const judged = new JudgedLists([list([3, 1, 0], ['short']), list([0, 0, 0, 9], ['long']), list([0, 0])], 2, 1);

  it('leaves out lists of which nothing came', () => {
    expect(judged.count).toBe(2);
    expect(judged.groups).toEqual(['all', 'short', 'long']);
  });

  it('gives each system its figures by group', () => {
    expect(judged.meanOf('best')).toBe(1);
    expect(judged.meanOf('worst', 'long')).toBe(0);
    const [row] = judged.table('t', 'short', [{ name: 'worst', role: 'baseline' }]).rows;
    // By hand: second best first of two places, (0 + 1/log2 3) / (3 + 1/log2 3); a quarter of the gain; two of three items shown.
    expect(row!.values['NDCG@2']).toBeCloseTo(0.6309 / 3.6309, 3);
    expect(row!.values['gain share@2']).toBeCloseTo(0.25, 9);
    expect(row!.values['coverage']).toBeCloseTo(2 / 3, 9);
  });

  it('compares list by list', () => {
    const { difference, relative } = judged.compare('all', 'best', 'worst');
    expect(difference.mean).toBeCloseTo(judged.meanOf('best') - judged.meanOf('worst'), 12);
    expect(difference.low).toBeGreaterThan(0);
    expect(relative).toBeGreaterThan(0);
    expect(() => judged.compare('all', 'best', 'unknown')).toThrow(/unknown did not order/);
  });

  it('orders equal scores by chance and not by where they stand', () => {
    const many = Array.from({ length: 400 }, () => list([1, 0]));
    const mean = new JudgedLists(many, 1, 3).meanOf('silent');
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
  });
});
