import fc from 'fast-check';
import { type PaperId, paperIdSchema } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';
import { Cursors, feedFingerprint, MAX_CURSOR_CHARS } from './cursors.js';

const SECRET = 'a-secret-with-at-least-32-characters!';
const ids = (count: number): PaperId[] => Array.from({ length: count }, (_, index) => paperIdSchema.parse(`2510.${10_000 + index}`));
const anyId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:()/-]{0,127}$/).map((id) => id as PaperId);
const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof ProblemFailure) return error.code;
    throw error;
  }
  return 'none';
};

describe('cursors', () => {
  it('give back the slate they pinned, whatever the ids', () => {
    const cursors = new Cursors(SECRET, 1_000, () => 0);
    fc.assert(
      fc.property(fc.array(anyId, { minLength: 1, maxLength: 40 }), (rest) => {
        const read = cursors.decode(cursors.encode({ feed: 'f', rest }) ?? '', 'f');
        expect(rest.slice(0, read.length)).toEqual(read);
        expect(read.length).toBeGreaterThan(0);
      }),
    );
  });

  it('keep a whole slate of usual ids, and never outgrow a URL', () => {
    const cursors = new Cursors(SECRET, 1_000, () => 0);
    expect(cursors.decode(cursors.encode({ feed: 'f', rest: ids(200) }) ?? '', 'f')).toHaveLength(200);
    fc.assert(
      fc.property(fc.array(anyId, { minLength: 1, maxLength: 200 }), (rest) => {
        expect(cursors.encode({ feed: 'f', rest })?.length).toBeLessThanOrEqual(MAX_CURSOR_CHARS);
      }),
      { numRuns: 30 },
    );
  });

  it('end when nothing is left', () => {
    expect(new Cursors(SECRET, 1_000).encode({ feed: 'f', rest: [] })).toBeUndefined();
  });

  it('are refused when any character is changed', () => {
    const cursors = new Cursors(SECRET, 1_000, () => 0);
    const cursor = cursors.encode({ feed: 'f', rest: ids(3) }) ?? '';
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom('A', 'B', 'c', 'd', '0', '9', '-', '_'), (at, sign) => {
        const changed = `${cursor.slice(0, at)}${sign}${cursor.slice(at + 1)}`;
        // The last character carries spare bits, so another spelling of the same bytes is the same cursor.
        fc.pre(!Buffer.from(changed, 'base64url').equals(Buffer.from(cursor, 'base64url')));
        expect(codeOf(() => cursors.decode(changed, 'f'))).toBe('CURSOR_INVALID');
      }),
    );
  });

  it.each([
    {
      why: 'made with another secret',
      cursors: new Cursors('another-secret-of-32-characters-or-so', 1_000, () => 0),
      feed: 'f',
      code: 'CURSOR_INVALID',
    },
    { why: 'of another feed', cursors: new Cursors(SECRET, 1_000, () => 0), feed: 'g', code: 'CURSOR_MISMATCH' },
    { why: 'too old', cursors: new Cursors(SECRET, 1_000, () => 1_001), feed: 'f', code: 'CURSOR_EXPIRED' },
  ])('are refused when $why', ({ cursors, feed, code }) => {
    const cursor = new Cursors(SECRET, 1_000, () => 0).encode({ feed: 'f', rest: ids(3) }) ?? '';
    expect(codeOf(() => cursors.decode(cursor, feed))).toBe(code);
  });

  it('tell feeds apart however their parts are spelled', () => {
    expect(feedFingerprint(['a', 'b'])).not.toBe(feedFingerprint(['ab', undefined]));
    expect(feedFingerprint(['a', undefined])).not.toBe(feedFingerprint([undefined, 'a']));
  });
});
