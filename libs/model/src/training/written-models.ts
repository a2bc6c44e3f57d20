import { Tensor } from 'onnxruntime-node';
import { MODEL_FILE, sha256 } from '../manifest/manifest.js';
import type { ModelKind } from '../manifest/manifest.js';
import { identityOf } from '../manifest/model-folder.js';
import type { ManifestDraft } from '../manifest/model-folder.js';
import { encoderFeatures, knownTerms } from '../session/encoder-terms.js';
import { TERMS_INPUT, VECTORS_OUTPUT, VOCABULARY_FILE, WEIGHTS_INPUT } from '../session/onnx-paper-encoder.js';
import { readerStateFeatures } from '../session/onnx-reader-encoder.js';
import { ROWS_INPUT, SCORES_OUTPUT } from '../session/onnx-row-scorer.js';
import type { TrainedEncoder } from './encoder-training.js';
import { goldenVectors } from './golden-vectors.js';
import type { Question } from './golden-vectors.js';
import type { TrainedPaperStates } from './reader-state/paper-training.js';
import { readerEncoderParts } from './reader-state/written-reader-encoder.js';
import type { RunMeter } from './run-meter.js';
import type { TrainedRows } from './trending-training.js';

/** A trained model as it is written: what its manifest says, and its files by name. */
export interface WrittenModel {
  readonly draft: ManifestDraft;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What a model was learned from, and under which terms it may be passed on. */
export interface TrainingSource {
  /** At most 300 characters. */
  readonly data: string;
  readonly licence: string;
  readonly attribution: string;
}

/** What a manifest tells of the run besides its figures. */
export interface TrainingRun {
  readonly settings: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly meter: RunMeter;
  /** Default: the data set of the shipped models. */
  readonly source?: TrainingSource;
}

export const encoderModel = async (trained: TrainedEncoder, run: TrainingRun): Promise<WrittenModel> => {
  const vocabulary = new Map(trained.terms.map((term, id) => [term, id]));
  const questions = goldenTexts.map(({ why, ...text }) => ({ why, inputs: termTensors(text, vocabulary) }));
  const golden = await goldenVectors(trained.graph, questions);
  const { dimensions } = trained.words;
  return {
    draft: {
      ...common('encoder', encoderFeatures, trained, run),
      summary: `Title and abstract to a unit vector of ${dimensions} numbers: a sum of word vectors, learned by which papers are of one author; int8.`,
      inputs: [
        { name: TERMS_INPUT, type: 'int32', shape: ['papers', 'terms'] },
        { name: WEIGHTS_INPUT, type: 'float32', shape: ['papers', 'terms'] },
      ],
      outputs: [{ name: VECTORS_OUTPUT, type: 'float32', shape: ['papers', dimensions] }],
      batches: [1, 8],
      golden,
      goldenTexts: goldenTexts.map(({ title, abstract }, index) => ({
        title,
        abstract,
        vector: golden[index]?.outputs[VECTORS_OUTPUT]?.data ?? [],
      })),
    },
    files: new Map([
      [MODEL_FILE, trained.graph],
      [VOCABULARY_FILE, new TextEncoder().encode(`${trained.terms.join('\n')}\n`)],
    ]),
  };
};

export const readerStateModel = async (trained: TrainedPaperStates, run: TrainingRun): Promise<WrittenModel> => {
  const { files, ports } = await readerEncoderParts(trained.shape, trained.parameters);
  const { width, heads } = trained.shape;
  const summary = `Papers that a reader chose, in order, to a vector of ${width} numbers near those the reader may choose next: attention of ${heads} heads as a recurrence, each forgetting at its own rate.`;
  return { draft: { ...common('reader-state', readerStateFeatures, trained, run), summary, ...ports }, files };
};

export const rowsModel = async (
  kind: 'trending' | 'personal',
  { features, heads, summary }: { readonly features: readonly string[]; readonly heads: number; readonly summary: string },
  trained: TrainedRows,
  run: TrainingRun,
): Promise<WrittenModel> => ({
  draft: {
    ...common(kind, features, trained, run),
    summary,
    inputs: [{ name: ROWS_INPUT, type: 'float32', shape: ['rows', features.length] }],
    outputs: [{ name: SCORES_OUTPUT, type: 'float32', shape: ['rows', heads] }],
    batches: [32, 64, 128, 256, 512],
    golden: await goldenVectors(trained.graph, questionsOf(trained.examples, features.length)),
  },
  files: new Map([[MODEL_FILE, trained.graph]]),
});

const questionsOf = (examples: readonly Float32Array[], width: number): Question[] =>
  [new Float32Array(width), new Float32Array(width).fill(1), ...examples].map((row, index) => ({
    why: ['nothing known', 'all ones'][index] ?? 'a row of the judging data',
    inputs: { [ROWS_INPUT]: new Tensor('float32', row, [1, width]) },
  }));

/** Made up for this purpose; no text of the training data. */
const goldenTexts = [
  {
    why: 'an ordinary paper',
    title: 'Faster attention for long documents',
    abstract: 'We train a language model with sparse attention and measure its memory on long texts.',
  },
  {
    why: 'another field',
    title: 'Grasping with two robot arms',
    abstract: 'A policy for manipulation learns from video demonstrations and is tested in simulation and on a real robot.',
  },
  { why: 'a title alone', title: 'Diffusion models for image editing', abstract: '' },
  { why: 'no known word', title: 'Zzyzx qwertzuiop', abstract: '' },
] as const;

/** Not padded to the serving length, so that the manifest stays readable; padding has weight 0 and changes nothing. */
const termTensors = (text: { title: string; abstract: string }, vocabulary: ReadonlyMap<string, number>): Record<string, Tensor> => {
  const { ids, weights } = knownTerms(text, vocabulary);
  const dims = [1, Math.max(1, ids.length)];
  return {
    [TERMS_INPUT]: new Tensor('int32', Int32Array.from(ids.length > 0 ? ids : [0]), dims),
    [WEIGHTS_INPUT]: new Tensor('float32', Float32Array.from(ids.length > 0 ? weights : [0]), dims),
  };
};

const common = (
  kind: ModelKind,
  features: readonly string[],
  trained: { readonly rows: number; readonly metrics: Readonly<Record<string, number>> },
  { settings, seed, meter, source = hfPapersSource }: TrainingRun,
): Omit<ManifestDraft, 'summary' | 'inputs' | 'outputs' | 'batches' | 'golden'> => ({
  ...identityOf(kind, features),
  trained: {
    data: source.data,
    rows: trained.rows,
    seed,
    code: sha256(JSON.stringify([features, settings])).slice(0, 16),
    at: new Date().toISOString(),
    minutes: meter.minutes,
    peakMemoryMb: meter.peakMemoryMb,
    settings: { ...settings },
  },
  metrics: Object.fromEntries(Object.entries(trained.metrics).map(([name, value]) => [name, Math.round(value * 1e4) / 1e4])),
  licence: source.licence,
  attribution: source.attribution,
});

const hfPapersSource: TrainingSource = {
  data: 'hf-papers: Hugging Face Daily Papers, 2023-05-04 to 2025-10-28',
  licence: 'Apache-2.0',
  attribution:
    'Learned from Hugging Face Daily Papers as archived by three public repositories: joe0731/hf_paper_watch_dog (727cf14a; metadata redistributed for research and educational purposes with full attribution), 2404589803/hf-daily-paper-newsletter-chinese (7cffe8b8; Apache-2.0), huangboming/huggingface-daily-paper-feed (b78ea66e; MIT). Paper text belongs to its authors (arXiv); upvotes, submitters and organisations come from Hugging Face. No text of the data is in the model.',
};
