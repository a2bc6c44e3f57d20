import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { draft, expectation, features, rowGraph, writeFixture } from '../fixtures/row-models.js';
import { MANIFEST_FILE, MODEL_FILE, sha256 } from '../manifest/manifest.js';
import type { Manifest } from '../manifest/manifest.js';
import { OnnxRowScorer } from './onnx-row-scorer.js';

/** Changes the manifest of a model folder in place. */
const editManifest = async (directory: string, edit: (manifest: Manifest) => unknown): Promise<void> => {
  const path = join(directory, MANIFEST_FILE);
  await writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, 'utf8')) as Manifest)));
};

const flipByte = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(path, bytes);
};

describe('OnnxRowScorer.load', () => {
  it.each<{ why: string; code: string; says: RegExp; make: () => Promise<string> }>([
    { why: 'a folder that is not there', code: 'MODEL_MANIFEST', says: /no manifest/, make: async () => '/nowhere/at/all' },
    {
      why: 'a manifest that is not JSON',
      code: 'MODEL_MANIFEST',
      says: /must be JSON/,
      make: async () => {
        const directory = await writeFixture();
        await writeFile(join(directory, MANIFEST_FILE), '{"schema": 1,');
        return directory;
      },
    },
    {
      why: 'a manifest with fewer than three golden vectors',
      code: 'MODEL_MANIFEST',
      says: /golden/,
      make: async () => {
        const directory = await writeFixture();
        await editManifest(directory, (manifest) => ({ ...manifest, golden: manifest.golden.slice(0, 2) }));
        return directory;
      },
    },
    {
      why: 'a model file with one byte changed',
      code: 'MODEL_HASH',
      says: /model\.onnx has SHA-256/,
      make: async () => {
        const directory = await writeFixture();
        await flipByte(join(directory, MODEL_FILE), 60);
        return directory;
      },
    },
    {
      why: 'a model file that is gone',
      code: 'MODEL_HASH',
      says: /no such file/,
      make: async () => {
        const directory = await writeFixture();
        await rm(join(directory, MODEL_FILE));
        return directory;
      },
    },
    {
      why: 'the model file of another version',
      code: 'MODEL_HASH',
      says: /SHA-256/,
      make: async () => {
        const directory = await writeFixture();
        await copyFile(join(await writeFixture([3, 2, 1]), MODEL_FILE), join(directory, MODEL_FILE));
        return directory;
      },
    },
    {
      why: 'a version that is not that of its model file',
      code: 'MODEL_MANIFEST',
      says: /version/,
      make: async () => {
        const directory = await writeFixture();
        await editManifest(directory, (manifest) => ({ ...manifest, version: '20260102-0000000' }));
        return directory;
      },
    },
    {
      why: 'bytes that are no ONNX graph, though their hash is right',
      code: 'MODEL_MANIFEST',
      says: /ONNX Runtime refuses/,
      make: async () => {
        const directory = await writeFixture();
        const bytes = new TextEncoder().encode('this is no graph');
        await writeFile(join(directory, MODEL_FILE), bytes);
        const hash = sha256(bytes);
        await editManifest(directory, (manifest) => ({
          ...manifest,
          version: `20260102-${hash.slice(0, 7)}`,
          files: { [MODEL_FILE]: hash },
        }));
        return directory;
      },
    },
    {
      why: 'a model of another kind',
      code: 'MODEL_MANIFEST',
      says: /kind trending/,
      make: () => writeFixture([1, 2, 3], { kind: 'trending' }),
    },
    {
      why: 'a shape that is not the graph’s',
      code: 'MODEL_MANIFEST',
      says: /input features is float32 \[rows, 3\]/,
      make: () => writeFixture([1, 2, 3], { inputs: [{ name: 'features', type: 'float32', shape: ['rows', 4] }] }),
    },
    {
      why: 'more heads than are asked for',
      code: 'MODEL_MANIFEST',
      says: /has 2 heads/,
      make: () => writeFixture([1, 2, 3], { outputs: [{ name: 'scores', type: 'float32', shape: ['rows', 2] }] }),
    },
    {
      why: 'a feature that this code does not compute',
      code: 'MODEL_FEATURES',
      says: /needs mood that this code lacks/,
      make: () => writeFixture([1, 2, 3], { features: ['votes', 'age', 'mood'] }),
    },
    {
      why: 'the right features in another order',
      code: 'MODEL_FEATURES',
      says: /another order/,
      make: () => writeFixture([1, 2, 3], { features: ['age', 'votes', 'similarity'] }),
    },
    {
      why: 'a feature hash that is not its own',
      code: 'MODEL_FEATURES',
      says: /not the hash of its own/,
      make: () => writeFixture([1, 2, 3], { featureHash: '0123456789abcdef' }),
    },
    {
      why: 'a golden vector that comes out differently',
      code: 'MODEL_GOLDEN',
      says: /golden vector 1 is off by/,
      make: () => {
        const golden = draft([1, 2, 3]).golden.map((vector, index) =>
          index === 1 ? { ...vector, outputs: { scores: { dims: [1, 1], data: [1 + 4 + 9 + 0.001] } } } : vector,
        );
        return writeFixture([1, 2, 3], { golden });
      },
    },
  ])('refuses $why', async ({ code, says, make }) => {
    await expect(OnnxRowScorer.load(await make(), expectation)).rejects.toMatchObject({
      code,
      retryable: false,
      message: expect.stringMatching(says) as string,
    });
  });

  it('tells what a good model is', async () => {
    const scorer = await OnnxRowScorer.load(await writeFixture(), expectation);
    expect({ name: scorer.name, features: scorer.features, heads: scorer.heads }).toEqual({
      name: 'personal',
      features: [...features],
      heads: 1,
    });
    expect(scorer.version).toBe(`20260102-${sha256(rowGraph([1, 2, 3])).slice(0, 7)}`);
    await scorer.close();
  });
});

describe('OnnxRowScorer.score', () => {
  const width = 40;
  const names = Array.from({ length: width }, (_, i) => `f${i}`);
  const weights = Array.from({ length: width }, (_, i) => Math.sin(i * 12.9898) * 3);
  const wide = { kind: 'personal', features: names, heads: 1 } as const;
  let scorer: OnnxRowScorer;

  beforeAll(async () => {
    scorer = await OnnxRowScorer.load(await writeFixture(weights, { features: names }), wide);
  });
  afterAll(() => scorer.close());

  const rowsOf = (count: number, seed: number): Float32Array =>
    Float32Array.from({ length: count * width }, (_, i) => Math.abs(Math.sin(i * 78.233 + seed)) * 10);

  it('answers rows in input order, whatever their number', async () => {
    for (const count of [0, 1, 3, 4, 5, 8, 9, 21]) {
      const rows = rowsOf(count, 1);
      const scores = await scorer.score(rows, count);
      expect(scores).toHaveLength(count);
      for (let r = 0; r < count; r += 1) {
        const expected = weights.reduce((sum, weight, i) => sum + weight * Math.sqrt(rows[r * width + i] ?? 0), 0);
        expect(scores[r]).toBeCloseTo(expected, 3);
      }
    }
  });

  it('gives a row the same score alone as padded among others, to 1e-6 of its size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 24 }), fc.integer(), async (count, seed) => {
        const rows = rowsOf(count, seed % 1000);
        const together = await scorer.score(rows, count);
        for (let r = 0; r < count; r += 1) {
          const [alone = NaN] = await scorer.score(rows.subarray(r * width, (r + 1) * width), 1);
          expect(Math.abs(alone - (together[r] ?? NaN))).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(alone)) + 1e-6);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('does not mix up the rows of calls at the same time', async () => {
    const requests = Array.from({ length: 30 }, (_, i) => rowsOf(1 + (i % 11), i));
    const alone: Float32Array[] = [];
    for (const rows of requests) alone.push(await scorer.score(rows, rows.length / width));
    const together = await Promise.all(requests.map((rows) => scorer.score(rows, rows.length / width)));
    expect(together).toEqual(alone);
  });

  it('does not let rows of an earlier, larger call shine through', async () => {
    const row = rowsOf(1, 5);
    const [before] = await scorer.score(row, 1);
    await scorer.score(rowsOf(8, 6), 8);
    expect((await scorer.score(row, 1))[0]).toBe(before);
  });

  it('rounds to 1e-6', async () => {
    const scores = await scorer.score(rowsOf(8, 7), 8);
    for (const score of scores) expect(Math.fround(Math.round(score * 1e6) / 1e6)).toBe(score);
  });

  it.each([
    {
      why: 'a feature is not a number',
      rows: Float32Array.from({ length: width }, (_, i) => (i === 3 ? NaN : 1)),
      count: 1,
      code: 'MODEL_INPUT',
      says: /f3 of row 0 is not finite/,
    },
    {
      why: 'a feature is infinite',
      rows: Float32Array.from({ length: width }, (_, i) => (i === 0 ? Infinity : 1)),
      count: 1,
      code: 'MODEL_INPUT',
      says: /f0 of row 0/,
    },
    { why: 'there are fewer values than rows', rows: new Float32Array(width), count: 2, code: 'MODEL_INPUT', says: /are not 2 rows/ },
    { why: 'the count is no count', rows: new Float32Array(width), count: 0.5, code: 'MODEL_INPUT', says: /rows of/ },
    {
      why: 'the model answers something that is not finite',
      rows: new Float32Array(width).fill(-1),
      count: 1,
      code: 'MODEL_OUTPUT',
      says: /not finite/,
    },
  ])('fails as a whole when $why', async ({ rows, count, code, says }) => {
    await expect(scorer.score(rows, count)).rejects.toMatchObject({
      code,
      retryable: false,
      message: expect.stringMatching(says) as string,
    });
    await expect(scorer.score(rowsOf(2, 1), 2)).resolves.toHaveLength(2);
  });

  it('refuses work once closed, after finishing what was begun', async () => {
    const closing = await OnnxRowScorer.load(await writeFixture(weights, { features: names }), wide);
    const begun = closing.score(rowsOf(20, 1), 8);
    await closing.close();
    await expect(begun).resolves.toHaveLength(8);
    await expect(closing.score(rowsOf(1, 1), 1)).rejects.toMatchObject({ code: 'MODEL_OUTPUT' });
  });
});
