import { seededRandom } from '#ranking';
import { VoteCurve } from './vote-curve.js';

const HOUR = 3_600_000;
const curve = new VoteCurve(0, [
  { at: 48 * HOUR, upvotes: 14 },
  { at: 12 * HOUR, upvotes: 10 },
  { at: 72 * HOUR, upvotes: 13 },
]);

describe('VoteCurve', () => {
  it.each([
    { why: 'nothing before the first reading', at: 11 * HOUR, known: 0 },
    { why: 'a reading from its moment on', at: 12 * HOUR, known: 10 },
    { why: 'the last reading for ever, and no fall', at: 900 * HOUR, known: 14 },
  ])('knows $why', ({ at, known }) => {
    expect(curve.knownAt(at)).toBe(known);
  });

  it('goes through its readings and rises between them, faster at first', () => {
    expect(curve.votesAt(12 * HOUR)).toBeCloseTo(10);
    expect(curve.votesAt(48 * HOUR)).toBeCloseTo(14);
    expect(curve.votesAt(6 * HOUR) - curve.votesAt(0)).toBeGreaterThan(curve.votesAt(12 * HOUR) - curve.votesAt(6 * HOUR));
  });

  it('casts every known vote between the readings that it was seen between, and none that is not known yet', () => {
    const times = curve.voteTimesUntil(20 * HOUR, seededRandom(1));
    expect(times).toHaveLength(10);
    expect(times.every((time) => time >= 0 && time <= 12 * HOUR)).toBe(true);
    const later = curve.voteTimesUntil(50 * HOUR, seededRandom(1)).slice(10);
    expect(later).toHaveLength(4);
    expect(later.every((time) => time >= 12 * HOUR && time <= 48 * HOUR)).toBe(true);
  });

  it('names the next reading', () => {
    expect([curve.nextReading(0), curve.nextReading(48 * HOUR), curve.nextReading(72 * HOUR)]).toEqual([12 * HOUR, 72 * HOUR, null]);
  });
});
