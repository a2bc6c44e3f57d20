import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { periods } from '#contracts';
import { featureHash, personalFeatureNames, trendingFeatureNames } from '#ranking';
import { MODEL_FILE, sha256 } from '../manifest/manifest.js';
import type { Manifest, ModelKind } from '../manifest/manifest.js';
import { newestModel } from '../manifest/newest-model.js';
import { readModelFolder, writeModelFolder } from '../manifest/model-folder.js';
import type { ManifestDraft } from '../manifest/model-folder.js';
import { encoderFeatures, knownTerms } from '../session/encoder-terms.js';
import { OnnxPaperEncoder, TERMS_INPUT, VECTORS_OUTPUT, VOCABULARY_FILE, WEIGHTS_INPUT } from '../session/onnx-paper-encoder.js';
import { OnnxRowScorer, ROWS_INPUT, SCORES_OUTPUT } from '../session/onnx-row-scorer.js';
import { encoderSettings, trainEncoder } from './encoder-training.js';
import { goldenVectors } from './golden-vectors.js';
import type { Question } from './golden-vectors.js';
import { readHfPapers } from './hf-papers.js';
import type { HfPapers } from './hf-papers.js';
import { personalSettings, trainPersonal } from './personal-training.js';
import { rowExpectations } from '../session/row-expectations.js';
import { RunMeter } from './run-meter.js';
import { trainTrending, trendingSettings } from './trending-training.js';
import type { TrainedRows } from './trending-training.js';

export const trainableModels = ['encoder', 'trending', 'personal'] as const;
export type TrainableModel = (typeof trainableModels)[number];

export interface TrainOptions {
  /** Folder in the layout of the hf-papers data set, or its parent. */
  readonly data: string;
  /** The model goes to `<out>/<name>/<version>/`. */
  readonly out: string;
  readonly seed: number;
  /** Folder with the encoder and the trending model that the personal one is trained on: the newest of each below it. */
  readonly models: string;
}

/** Trains one model, writes it with its manifest and loads it again as the ranker would, golden vectors included. */
export const trainAndWrite = async (
  name: TrainableModel,
  options: TrainOptions,
  print: (line: string) => void,
): Promise<{ directory: string; manifest: Manifest }> => {
  const meter = new RunMeter(name, print);
  const data = await readHfPapers(options.data);
  meter.say(`${data.papers.length} papers, ${data.readings.length} readings, ${data.submissions.length} submissions`);
  const { draft, files } = await trainers[name](data, options, meter);
  const directory = await writeModelFolder(join(options.out, name), draft, files);
  await loadAgain(name, directory);
  return { directory, manifest: (await readModelFolder(directory)).manifest };
};

interface Written {
  readonly draft: ManifestDraft;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const trainers: Readonly<Record<TrainableModel, (data: HfPapers, options: TrainOptions, meter: RunMeter) => Promise<Written>>> = {
  encoder: async (data, { seed }, meter) => {
    const trained = trainEncoder(data, encoderSettings, seed, meter);
    const vocabulary = new Map(trained.terms.map((term, id) => [term, id]));
    const questions = goldenTexts.map(({ why, ...text }) => ({ why, inputs: termTensors(text, vocabulary) }));
    const golden = await goldenVectors(trained.graph, questions);
    const draft: ManifestDraft = {
      ...common('encoder', encoderFeatures, encoderSettings, trained, seed, meter),
      summary: 'Title and abstract to a unit vector of 128 numbers: TF-IDF projected by latent semantic analysis, word vectors in int8.',
      inputs: [
        { name: TERMS_INPUT, type: 'int32', shape: ['papers', 'terms'] },
        { name: WEIGHTS_INPUT, type: 'float32', shape: ['papers', 'terms'] },
      ],
      outputs: [{ name: VECTORS_OUTPUT, type: 'float32', shape: ['papers', encoderSettings.dimensions] }],
      batches: [1, 8],
      golden,
      goldenTexts: goldenTexts.map(({ title, abstract }, index) => ({
        title,
        abstract,
        vector: golden[index]?.outputs[VECTORS_OUTPUT]?.data ?? [],
      })),
    };
    return {
      draft,
      files: new Map([
        [MODEL_FILE, trained.graph],
        [VOCABULARY_FILE, new TextEncoder().encode(`${trained.terms.join('\n')}\n`)],
      ]),
    };
  },
  trending: async (data, { seed }, meter) => {
    const trained = trainTrending(data, trendingSettings, seed, meter);
    const summary = `For ${periods.join(', ')}: logarithm of the votes that the window of this length will hold a day from now. Never falls when a vote is added.`;
    return rowsModel('trending', trendingFeatureNames, periods.length, summary, trendingSettings, trained, seed, meter);
  },
  personal: async (data, { seed, models }, meter) => {
    const parts = await loadParts(models);
    try {
      const trained = await trainPersonal(data, parts, personalSettings, seed, meter);
      const summary = 'Which of the candidates will this reader choose? A multi-layer perceptron 64-32-1 under a listwise softmax loss.';
      return await rowsModel('personal', personalFeatureNames, 1, summary, personalSettings, trained, seed, meter);
    } finally {
      await Promise.all([parts.encoder.close(), parts.trending.close()]);
    }
  },
};

const loadParts = async (models: string): Promise<{ encoder: OnnxPaperEncoder; trending: OnnxRowScorer }> => {
  const [encoder, trending] = [await newestModel(models, 'encoder'), await newestModel(models, 'trending')];
  if (encoder === null || trending === null)
    throw new RangeError(`the personal model needs an encoder and a trending model below ${models}: train them first`);
  return { encoder: await OnnxPaperEncoder.load(encoder), trending: await OnnxRowScorer.load(trending, rowExpectations.trending) };
};

const rowsModel = async (
  kind: 'trending' | 'personal',
  features: readonly string[],
  heads: number,
  summary: string,
  settings: Readonly<Record<string, number>>,
  trained: TrainedRows,
  seed: number,
  meter: RunMeter,
): Promise<Written> => {
  const draft: ManifestDraft = {
    ...common(kind, features, settings, trained, seed, meter),
    summary,
    inputs: [{ name: ROWS_INPUT, type: 'float32', shape: ['rows', features.length] }],
    outputs: [{ name: SCORES_OUTPUT, type: 'float32', shape: ['rows', heads] }],
    batches: [32, 64, 128, 256, 512],
    golden: await goldenVectors(trained.graph, questionsOf(trained.examples, features.length)),
  };
  return { draft, files: new Map([[MODEL_FILE, trained.graph]]) };
};

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
  settings: Readonly<Record<string, number>>,
  trained: { readonly rows: number; readonly metrics: Readonly<Record<string, number>> },
  seed: number,
  meter: RunMeter,
): Omit<ManifestDraft, 'summary' | 'inputs' | 'outputs' | 'batches' | 'golden'> => ({
  name: kind,
  kind,
  features: [...features],
  featureHash: featureHash(features),
  threads: { intra: 1, inter: 1 },
  trained: {
    data: 'hf-papers: Hugging Face Daily Papers, 2023-05-04 to 2025-10-28',
    rows: trained.rows,
    seed,
    code: sha256(JSON.stringify([features, settings])).slice(0, 16),
    at: new Date().toISOString(),
    minutes: meter.minutes,
    peakMemoryMb: meter.peakMemoryMb,
    settings: { ...settings },
  },
  metrics: Object.fromEntries(Object.entries(trained.metrics).map(([name, value]) => [name, Math.round(value * 1e4) / 1e4])),
  licence: 'Apache-2.0',
  attribution,
});

const attribution =
  'Learned from Hugging Face Daily Papers as archived by three public repositories: joe0731/hf_paper_watch_dog (727cf14a; metadata redistributed for research and educational purposes with full attribution), 2404589803/hf-daily-paper-newsletter-chinese (7cffe8b8; Apache-2.0), huangboming/huggingface-daily-paper-feed (b78ea66e; MIT). Paper text belongs to its authors (arXiv); upvotes, submitters and organisations come from Hugging Face. No text of the data is in the model.';

const loadAgain = async (name: TrainableModel, directory: string): Promise<void> => {
  const model = name === 'encoder' ? await OnnxPaperEncoder.load(directory) : await OnnxRowScorer.load(directory, rowExpectations[name]);
  await model.close();
};
