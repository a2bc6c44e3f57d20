import { Tensor } from '../session/onnx-runtime.js';
import type { QuantisedRows } from '../graphs/encoder-graph.js';
import { MODEL_FILE } from '../manifest/manifest.js';
import { identityOf, writeModelFolder } from '../manifest/model-folder.js';
import type { ManifestDraft } from '../manifest/model-folder.js';
import { encoderFeatures } from '../session/encoder-terms.js';
import { OnnxPaperEncoder, TERMS_INPUT, VECTORS_OUTPUT, VOCABULARY_FILE, WEIGHTS_INPUT } from '../session/onnx-paper-encoder.js';
import { OnnxRowScorer, ROWS_INPUT, SCORES_OUTPUT } from '../session/onnx-row-scorer.js';
import { rowExpectations } from '../session/row-expectations.js';
import { goldenVectors } from './golden-vectors.js';

/** Where a model of one run came from, for its manifest. */
export interface RunProvenance {
  /** Folder for the models of this run, a temporary one: what an evaluation trains on its data is never shipped. */
  readonly root: string;
  /** What it was trained on. */
  readonly data: string;
  readonly seed: number;
}

/** Writes an encoder that was trained in this run and loads it as serving would, manifest, hashes and golden vectors included. */
export const openRunEncoder = async (
  { graph, terms, words }: { readonly graph: Uint8Array; readonly terms: readonly string[]; readonly words: QuantisedRows },
  provenance: RunProvenance,
): Promise<OnnxPaperEncoder> => {
  const golden = await goldenVectors(
    graph,
    [0, 1, 2].map((word) => ({
      why: 'a text of one word',
      inputs: {
        [TERMS_INPUT]: new Tensor('int32', Int32Array.of(Math.min(word, terms.length - 1)), [1, 1]),
        [WEIGHTS_INPUT]: new Tensor('float32', Float32Array.of(1), [1, 1]),
      },
    })),
  );
  const directory = await writeModelFolder(
    `${provenance.root}/encoder`,
    {
      ...draftOf('encoder', encoderFeatures, provenance),
      summary: 'Title and abstract to a unit vector: sum of word vectors learned in this run.',
      inputs: [
        { name: TERMS_INPUT, type: 'int32', shape: ['papers', 'terms'] },
        { name: WEIGHTS_INPUT, type: 'float32', shape: ['papers', 'terms'] },
      ],
      outputs: [{ name: VECTORS_OUTPUT, type: 'float32', shape: ['papers', words.dimensions] }],
      batches: [1, 8],
      golden,
    },
    new Map([
      [MODEL_FILE, graph],
      [VOCABULARY_FILE, new TextEncoder().encode(`${terms.join('\n')}\n`)],
    ]),
  );
  return OnnxPaperEncoder.load(directory);
};

/** The same for a model of feature rows. */
export const openRunScorer = async (
  kind: 'trending' | 'personal',
  graph: Uint8Array,
  provenance: RunProvenance,
): Promise<OnnxRowScorer> => {
  const { features, heads } = rowExpectations[kind];
  const rows = [new Float32Array(features.length), new Float32Array(features.length).fill(1), new Float32Array(features.length).fill(-1)];
  const directory = await writeModelFolder(
    `${provenance.root}/${kind}`,
    {
      ...draftOf(kind, features, provenance),
      summary: 'Scores of feature rows, learned in this run.',
      inputs: [{ name: ROWS_INPUT, type: 'float32', shape: ['rows', features.length] }],
      outputs: [{ name: SCORES_OUTPUT, type: 'float32', shape: ['rows', heads] }],
      batches: [32, 64, 128, 256, 512],
      golden: await goldenVectors(
        graph,
        rows.map((row) => ({ why: `all ${row[0]}`, inputs: { [ROWS_INPUT]: new Tensor('float32', row, [1, row.length]) } })),
      ),
    },
    new Map([[MODEL_FILE, graph]]),
  );
  return OnnxRowScorer.load(directory, rowExpectations[kind]);
};

const draftOf = (
  kind: ManifestDraft['kind'],
  features: readonly string[],
  { data, seed }: RunProvenance,
): Omit<ManifestDraft, 'summary' | 'inputs' | 'outputs' | 'batches' | 'golden'> => ({
  ...identityOf(kind, features),
  trained: { data, rows: 0, seed, code: 'evaluation', at: new Date().toISOString(), minutes: 0, peakMemoryMb: 0, settings: {} },
  metrics: {},
  licence: 'not for distribution',
  attribution: `Made while evaluating on ${data}; never shipped.`,
});
