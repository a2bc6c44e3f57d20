import { KnownArms, type ModelArm, OTHER } from './known-arms.js';

const HOUR = 3_600_000;
const pair = (model: string, arm = 'live'): ModelArm => ({ model, arm });

describe('KnownArms', () => {
  const setUp = (most: number) => {
    const gone: ModelArm[] = [];
    return { known: new KnownArms({ most, idleMs: HOUR, forgotten: (each) => void gone.push(each) }), gone };
  };

  it('tells as many apart as there is room for, and takes the rest together', () => {
    const { known, gone } = setUp(2);
    expect([pair('a'), pair('a', 'b'), pair('c'), pair('a')].map((each) => known.take(each, 0))).toEqual([
      pair('a'),
      pair('a', 'b'),
      OTHER,
      pair('a'),
    ]);
    expect(gone).toEqual([]);
  });

  it('gives the place of the one that was idle longest to the next, once it was idle for long enough', () => {
    const { known, gone } = setUp(2);
    known.take(pair('a'), 0);
    known.take(pair('b'), 10);
    known.take(pair('a'), HOUR);
    expect(known.take(pair('c'), HOUR + 9)).toBe(OTHER);
    expect(known.take(pair('c'), HOUR + 10)).toEqual(pair('c'));
    expect(gone).toEqual([pair('b')]);
    expect(known.take(pair('b'), HOUR + 10)).toBe(OTHER);
  });

  it('does not take names for each other that look alike when they are joined', () => {
    const { known } = setUp(2);
    known.take(pair('a","b', 'c'), 0);
    expect(known.take(pair('a', 'b","c'), 0)).toEqual(pair('a', 'b","c'));
  });
});
