import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { featureHash } from '#ranking';
import { encoderGraph, quantiseRows } from '../graphs/encoder-graph.js';
import { MODEL_FILE } from '../manifest/manifest.js';
import { writeModelFolder } from '../manifest/model-folder.js';
import type { ManifestDraft } from '../manifest/model-folder.js';
import { encoderFeatures } from './encoder-terms.js';
import { OnnxPaperEncoder, TERMS_INPUT, VECTORS_OUTPUT, VOCABULARY_FILE, WEIGHTS_INPUT } from './onnx-paper-encoder.js';

const vocabulary = ['attention', 'robot', 'protein'];
/** Two dimensions: attention points right, robot up, protein down and left. */
const words = quantiseRows(Float64Array.of(2, 0, 0, 0.5, -1, -1), 2);

const golden = (term: number, vector: readonly number[]) => ({
  why: vocabulary[term] ?? '',
  inputs: { [TERMS_INPUT]: { dims: [1, 1], data: [term] }, [WEIGHTS_INPUT]: { dims: [1, 1], data: [1] } },
  outputs: { [VECTORS_OUTPUT]: { dims: [1, 2], data: [...vector] } },
});

const write = async (changes: Partial<ManifestDraft> = {}, terms: readonly string[] = vocabulary): Promise<string> => {
  const draft: ManifestDraft = {
    name: 'encoder',
    kind: 'encoder',
    summary: 'a fixture',
    inputs: [
      { name: TERMS_INPUT, type: 'int32', shape: ['papers', 'terms'] },
      { name: WEIGHTS_INPUT, type: 'float32', shape: ['papers', 'terms'] },
    ],
    outputs: [{ name: VECTORS_OUTPUT, type: 'float32', shape: ['papers', 2] }],
    features: [...encoderFeatures],
    featureHash: featureHash(encoderFeatures),
    threads: { intra: 1, inter: 1 },
    batches: [1, 4],
    trained: { data: 'none', rows: 0, seed: 1, code: 'fixture', at: '2026-01-02T03:04:05.000Z', minutes: 0, peakMemoryMb: 0, settings: {} },
    metrics: {},
    golden: [golden(0, [1, 0]), golden(1, [0, 1]), golden(2, [-Math.SQRT1_2, -Math.SQRT1_2])],
    goldenTexts: [{ title: 'Robots', abstract: '', vector: [0, 1] }],
    licence: 'Apache-2.0',
    attribution: 'none',
    ...changes,
  };
  const root = await mkdtemp(join(tmpdir(), 'broadsheet-encoder-'));
  roots.push(root);
  return writeModelFolder(
    root,
    draft,
    new Map([
      [MODEL_FILE, encoderGraph(words)],
      [VOCABULARY_FILE, new TextEncoder().encode(`${terms.join('\n')}\n`)],
    ]),
  );
};

const roots: string[] = [];
afterAll(() => Promise.all(roots.splice(0).map((root) => rm(root, { recursive: true, force: true }))));

describe('OnnxPaperEncoder', () => {
  it('gives unit vectors of the words it knows, in input order, and zeros without any', async () => {
    const encoder = await OnnxPaperEncoder.load(await write());
    const texts = [
      { title: 'Attention', abstract: 'of nobody' },
      { title: '', abstract: 'Robots, robots and a robot' },
      { title: 'Something else', abstract: '' },
      { title: '', abstract: '' },
      { title: 'Attention', abstract: 'for proteins' },
    ];
    const vectors = await encoder.encode(texts);
    expect(vectors.map((vector) => Array.from(vector, (x) => Math.round(x * 100) / 100))).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
      [0, 0],
      // The title counts double, so attention weighs 1 + ln 2: (2 * 1.69 - 1, -1) of length 1.
      [0.92, -0.39],
    ]);
    await encoder.close();
  });

  it('gives a paper the same vector alone as among others', async () => {
    const encoder = await OnnxPaperEncoder.load(await write());
    const texts = Array.from({ length: 11 }, (_, i) => ({
      title: vocabulary[i % 3] ?? '',
      abstract: 'attention robot protein'.slice(0, i * 2),
    }));
    const together = await encoder.encode(texts);
    const alone = await Promise.all(texts.map(async (text) => (await encoder.encode([text]))[0]));
    together.forEach((vector, i) => vector.forEach((x, d) => expect(x).toBeCloseTo(alone[i]?.[d] ?? NaN, 6)));
    await encoder.close();
  });

  it('reads no more terms than it has room for', async () => {
    const encoder = await OnnxPaperEncoder.load(await write({}, [...vocabulary]));
    const [vector] = await encoder.encode([{ title: 'attention', abstract: Array.from({ length: 2000 }, (_, i) => `word${i}`).join(' ') }]);
    expect(vector).toHaveLength(2);
    await encoder.close();
  });

  it.each([
    {
      why: 'the text pipeline is another',
      changes: { features: ['other-tokens'], featureHash: featureHash(['other-tokens']) },
      terms: vocabulary,
      code: 'MODEL_FEATURES',
    },
    {
      why: 'a text comes out differently, as after a change of tokenizer',
      changes: {},
      terms: ['attention', 'robots', 'protein'],
      code: 'MODEL_GOLDEN',
    },
  ])('is refused when $why', async ({ changes, terms, code }) => {
    await expect(OnnxPaperEncoder.load(await write(changes, terms))).rejects.toMatchObject({ code, retryable: false });
  });
});
