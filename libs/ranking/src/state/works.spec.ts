import fc from 'fast-check';
import { versionOf, workName } from './same-work.js';
import { Works } from './works.js';

describe('workName and versionOf', () => {
  it.each([
    { id: '2310.01234', name: '2310.01234', version: Infinity },
    { id: '2310.01234v3', name: '2310.01234', version: 3 },
    { id: 'arXiv:2310.01234v12', name: '2310.01234', version: 12 },
    { id: '10.48550/arXiv.2310.01234', name: '2310.01234', version: Infinity },
    { id: 'cs/0112017v2', name: 'cs/0112017', version: 2 },
    { id: '10.1000/rev2', name: '10.1000/rev2', version: Infinity },
  ])('reads $id', ({ id, name, version }) => {
    expect([workName(id), versionOf(id)]).toEqual([name, version]);
  });
});

const ids = ['2310.01234', '2310.01234v1', '2310.01234v2', 'bs-1', 'bs-2', '10.1/doi'];
const record = fc.record({
  id: fc.constantFrom(...ids),
  aliases: fc.array(fc.constantFrom(...ids), { maxLength: 2 }),
  isLive: fc.boolean(),
});

/** All records of one work by the definition: follow every name from record to record. */
const byDefinition = (live: ReadonlyMap<string, readonly string[]>, from: string): string[] => {
  const names = (id: string): string[] => [workName(id), ...live.get(id)!, ...live.get(id)!.map(workName)];
  const isVersion = (id: string): boolean => workName(id) !== id;
  const joined = (a: string, b: string): boolean =>
    names(a).includes(b) || names(b).includes(a) || (isVersion(a) && isVersion(b) && workName(a) === workName(b));
  const work = new Set([from]);
  for (const each of work) for (const other of live.keys()) if (joined(each, other)) work.add(other);
  work.delete(from);
  return [...work].sort();
};

describe('Works', () => {
  it('joins what names each other, whatever was put, replaced and withdrawn before, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        const live = new Map<string, readonly string[]>();
        const works = new Works((id) => (live.has(id) ? ids.indexOf(id) : undefined));
        for (const { id, aliases, isLive } of records) {
          const known = live.get(id);
          live.delete(id);
          if (known !== undefined) works.remove(ids.indexOf(id), id, known);
          if (!isLive) continue;
          live.set(id, aliases);
          works.put(ids.indexOf(id), id, aliases);
        }
        for (const id of live.keys()) {
          const others = works.othersOf(ids.indexOf(id)).map((number) => ids[number]!);
          expect(others.toSorted()).toEqual(byDefinition(live, id));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not join two that only share a third id', () => {
    const works = new Works(() => undefined);
    works.put(0, 'bs-1', ['10.1/doi']);
    works.put(1, 'bs-2', ['10.1/doi']);
    expect(works.othersOf(0)).toEqual([]);
  });
});
