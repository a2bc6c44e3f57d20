import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { HashedFile } from './hashed-file.js';
import { mergedLines } from './merged-lines.js';
import type { PartLine } from './part-line.js';
import { PartWriter } from './part-writer.js';
import { recoverPart } from './recover-part.js';
import { SortedRuns } from './sorted-runs.js';

const noRest = (): Promise<void> => Promise.resolve();

describe('part files', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'parts-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const written = (name: string, lines: readonly PartLine[]): string => {
    const path = join(folder, name);
    const writer = new PartWriter(path, 'begin');
    for (const line of lines) writer.write(line);
    writer.close();
    return path;
  };

  const merged = async (paths: readonly string[], chunkBytes?: number): Promise<string> => {
    using runs = new SortedRuns(join(folder, 'spill'), chunkBytes);
    for (const path of paths) await runs.add(path, noRest);
    const file = new HashedFile(join(folder, 'merged'));
    for (const line of mergedLines(runs.stretches)) file.line(line);
    const hash = file.finish();
    const bytes = readFileSync(join(folder, 'merged'));
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    return bytes.toString();
  };

  /** Ids with few letters, so that keys collide; text with everything that may be cut in two. */
  const line = fc
    .record({ key: fc.stringMatching(/^[ab]{1,3}$/), text: fc.string({ unit: 'grapheme', maxLength: 12 }) })
    .map(({ key, text }) => ({ key, json: JSON.stringify({ key, text }) }));

  it('come out as one file, in order and with each line once, however they were dealt out and cut', async () => {
    const parts = fc.array(fc.array(line, { maxLength: 40 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 400 }), async (dealt, chunkBytes) => {
        const paths = dealt.map((lines, number) => written(`part.${number}`, lines));
        const expected = [...new Map(dealt.flat().map((each) => [each.json, each])).values()].sort((a, b) =>
          a.key !== b.key ? (a.key < b.key ? -1 : 1) : Buffer.compare(Buffer.from(a.json), Buffer.from(b.json)),
        );
        expect(await merged(paths, chunkBytes)).toBe(expected.map(({ json }) => `${json}\n`).join(''));
      }),
      { numRuns: 60 },
    );
  });

  it('are not copied where they are in order already', async () => {
    const path = written(
      'part.0',
      Array.from({ length: 500 }, (_, at) => ({ key: String(at).padStart(4, '0'), json: `{"at":${at}}` })),
    );
    using runs = new SortedRuns(join(folder, 'spill'), 100);
    await runs.add(path, noRest);
    expect(runs.stretches).toHaveLength(1);
    expect(statSync(join(folder, 'spill')).size).toBe(0);
  });

  it('take lines longer than the buffer', async () => {
    const long = { key: 'a', json: JSON.stringify('ä'.repeat(400_000)) };
    const path = written('part.0', [{ key: 'b', json: '1' }, long, { key: 'c', json: '2' }]);
    expect(await merged([path])).toBe(`${long.json}\n1\n2\n`);
  });

  describe('after a kill', () => {
    const lines = Array.from({ length: 30 }, (_, at) => ({ key: `k${at}`, cursor: at * 2, json: JSON.stringify({ at, text: 'zwölf' }) }));

    it('end with the last whole line, wherever they were cut, and tell its cursor', () => {
      const whole = readFileSync(written('whole', lines));
      for (let size = 0; size <= whole.length; size += 7) {
        const path = written('cut', lines);
        truncateSync(path, size);
        const cursor = recoverPart(path);
        const kept = readFileSync(path);
        const count = kept.toString().split('\n').length - 1;
        expect(kept.equals(whole.subarray(0, kept.length))).toBe(true);
        expect(kept.length === 0 || kept.at(-1) === 0x0a).toBe(true);
        expect(cursor).toBe(count === 0 ? null : (count - 1) * 2);
      }
    });

    it('are gone on with as if nothing had been', () => {
      const path = written('cut', lines.slice(0, 11));
      appendFileSync(path, 'k11\t22\t{"at":1');
      expect(recoverPart(path)).toBe(20);
      const writer = new PartWriter(path, 'goOn');
      for (const each of lines.slice(11)) writer.write(each);
      writer.close();
      expect(readFileSync(path)).toEqual(readFileSync(written('whole', lines)));
    });

    it('begin from nothing where there is none', () => {
      expect(recoverPart(join(folder, 'absent'))).toBeNull();
    });

    it('are cut to nothing when not one line is whole, even a long one', () => {
      const path = written('cut', []);
      appendFileSync(path, `k\t1\t"${'x'.repeat(200_000)}`);
      expect(recoverPart(path)).toBeNull();
      expect(statSync(path).size).toBe(0);
    });
  });
});
