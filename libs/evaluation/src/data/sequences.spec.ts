import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SEQUENCES_FILE, pastOf, readSequences } from './sequences.js';

describe('readSequences', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'broadsheet-sequences-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const written = (rows: readonly string[], header = 'user,item,timestamp'): Promise<void> =>
    writeFile(join(folder, SEQUENCES_FILE), gzipSync([header, ...rows].join('\n')));
  const heldBack = async (rows: readonly string[]): Promise<string> => {
    const path = join(folder, 'held.csv');
    await writeFile(path, ['user,item,timestamp', ...rows].join('\n'));
    return path;
  };

  it('orders by time, and judges the last choices of readers who have more', async () => {
    await written(['a,x,30', 'a,y,10', 'a,z,20', 'b,x,5']);
    const { readers, items } = await readSequences(folder, null, 1);
    expect(items).toBe(3);
    expect(readers.map(({ reader, judged, items: chosen }) => [reader, judged, [...chosen]])).toEqual([
      ['a', 1, [1, 2, 0]],
      ['b', 0, [0]],
    ]);
  });

  it('orders choices of one second by lot, whatever the order of the file, and tells where each second ends', async () => {
    const rows = Array.from({ length: 12 }, (_, item) => `a,i${item},7`);
    await written([...rows, 'a,late,9']);
    const forwards = (await readSequences(folder, null, 1)).readers[0]!;
    expect([...forwards.moments]).toEqual([...Array<number>(12).fill(12), 13]);
    const numbers = [...forwards.items.subarray(0, 12)];
    expect(numbers).not.toEqual([...numbers].sort((a, b) => a - b));

    await written([...rows.toReversed(), 'a,late,9']);
    const backwards = (await readSequences(folder, null, 1)).readers[0]!;
    // Items are numbered as they first stand in the file: the same items in the same order have mirrored numbers.
    expect([...backwards.items.subarray(0, 12)].map((number) => 11 - number)).toEqual(numbers);
  });

  it('puts held-back rows behind all others, judges all of them and ends no second across the border', async () => {
    await written(['a,x,10', 'a,y,20', 'b,x,1']);
    const test = await heldBack(['a,z,5', 'a,w,20']);
    const [a, b] = (await readSequences(folder, test, 10)).readers;
    expect(a).toMatchObject({ judged: 2, items: Int32Array.of(0, 1, 2, 3), moments: Int32Array.of(1, 2, 3, 4) });
    expect(b?.judged).toBe(0);
    expect([...pastOf(a!).items]).toEqual([0, 1]);
  });

  it('centres and scales ratings, and takes a choice for one where there are none', async () => {
    await written(['a,x,1,2', 'a,y,2,4'], 'user,item,timestamp,rating');
    expect([...(await readSequences(folder, null, 1)).readers[0]!.strengths]).toEqual([-1, 1]);
    await written(['a,x,1', 'a,y,2']);
    expect([...(await readSequences(folder, null, 1)).readers[0]!.strengths]).toEqual([1, 1]);
  });

  it('counts a choice once, and names the line that does not fit', async () => {
    await written(['a,x,1', 'a,x,2', 'a,y,3']);
    expect((await readSequences(folder, null, 1)).readers[0]!.items).toHaveLength(2);
    await written(['a,x,yesterday']);
    await expect(readSequences(folder, null, 1)).rejects.toThrow(`${SEQUENCES_FILE} line 2: timestamp must be whole seconds`);
  });
});
