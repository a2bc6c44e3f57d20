import { readerNamed, requestOf, slateOf } from '../../../../bench/harness/written-run.js';
import { nameHash, ReaderGroups } from './reader-groups.js';

const of = (reader: number | null, n: number) => {
  const { readerRef, ...anonymous } = requestOf(n, { a: slateOf([]) });
  return reader === null ? anonymous : { ...anonymous, readerRef: readerNamed(reader) };
};

describe('ReaderGroups', () => {
  it('keeps a reader in one group, and takes a request without one for a reader of its own', () => {
    const groups = new ReaderGroups();
    const [first, second, again, none, noneAgain] = [of(1, 1), of(2, 2), of(1, 3), of(null, 4), of(null, 5)].map((request) =>
      groups.of(request),
    );
    expect(again).toBe(first);
    expect(new Set([first, second, none, noneAgain]).size).toBe(4);
    expect([groups.readers, groups.anonymousRequests]).toEqual([2, 2]);
  });

  it('has no more than 4,096 groups, the same for the same reader and about equally full', () => {
    const groups = new ReaderGroups();
    const sizes = new Map<number, number>();
    for (let reader = 0; reader < 60_000; reader++) {
      const group = groups.of(of(reader, reader));
      sizes.set(group, (sizes.get(group) ?? 0) + 1);
    }
    expect(sizes.size).toBe(4096);
    expect(Math.max(...sizes.values())).toBeLessThan(45);
    expect(groups.of(of(50_000, 1))).toBe(groups.of(of(50_000, 2)));
    expect(groups.readers).toBe(60_000);
  });

  it('splits readers into equal halves by the lowest bit of a name', () => {
    const ones = Array.from({ length: 10_000 }, (_, n) => nameHash(readerNamed(n)) & 1).filter((bit) => bit === 1).length;
    expect(Math.abs(ones - 5000)).toBeLessThan(200);
  });
});
