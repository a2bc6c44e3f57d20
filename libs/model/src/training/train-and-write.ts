import { join } from 'node:path';
import { periods } from '#contracts';
import { personalFeatureNames, trendingFeatureNames } from '#ranking';
import type { Manifest } from '../manifest/manifest.js';
import { newestModel } from '../manifest/newest-model.js';
import { readModelFolder, writeModelFolder } from '../manifest/model-folder.js';
import { OnnxPaperEncoder } from '../session/onnx-paper-encoder.js';
import { loadReaderEncoder } from '../session/onnx-reader-encoder.js';
import { OnnxRowScorer } from '../session/onnx-row-scorer.js';
import { rowExpectations } from '../session/row-expectations.js';
import { encoderSettings, trainEncoder } from './encoder-training.js';
import { readHfPapers } from './hf-papers.js';
import type { HfPapers } from './hf-papers.js';
import { personalSettings, trainPersonal } from './personal-training.js';
import { paperStateSettings, trainPaperStates } from './reader-state/paper-training.js';
import { vectorsBy, vectorsByPast } from './reader-state/paper-vectors.js';
import { RunMeter } from './run-meter.js';
import { trainTrending, trendingSettings } from './trending-training.js';
import { encoderModel, readerStateModel, rowsModel } from './written-models.js';
import type { WrittenModel } from './written-models.js';

export interface TrainOptions {
  /** Folder in the layout of the hf-papers data set, or its parent. */
  readonly data: string;
  /** The model goes to `<out>/<name>/<version>/`. */
  readonly out: string;
  readonly seed: number;
  /** Folder with the models that a training builds on: the newest of each below it. */
  readonly models: string;
}

/** One model that is shipped, and how it is made. */
interface Training {
  /** One line for `--help`. */
  readonly summary: string;
  train(data: HfPapers, options: TrainOptions, meter: RunMeter): Promise<WrittenModel>;
  /** Loads the written model as the ranker would, golden vectors included, and lets go of it. */
  check(directory: string): Promise<void>;
}

const checkRows = (kind: 'trending' | 'personal') => async (directory: string) => {
  const model = await OnnxRowScorer.load(directory, rowExpectations[kind]);
  await model.close();
};

/** The shipped models, in the order they build on each other. */
export const trainings = {
  encoder: {
    summary: 'content tower: title and abstract to a vector',
    train: async (data, { seed }, meter) =>
      encoderModel(await trainEncoder(data, encoderSettings, seed, meter), { settings: encoderSettings, seed, meter }),
    check: async (directory) => {
      const encoder = await OnnxPaperEncoder.load(directory);
      await encoder.close();
    },
  },
  'reader-state': {
    summary: 'papers chosen, in order, to a vector of what may come next; needs the encoder. Not shipped: see models/README.md',
    train: async (data, { seed, models }, meter) => {
      const encoder = await newestEncoder(models);
      try {
        const past = (before: number) => vectorsByPast(data, before, seed, meter);
        const trained = await trainPaperStates(data, await vectorsBy(encoder, data), past, paperStateSettings, seed, meter);
        return await readerStateModel(trained, { settings: paperStateSettings, seed, meter });
      } finally {
        await encoder.close();
      }
    },
    check: async (directory) => void (await loadReaderEncoder(directory)),
  },
  trending: {
    summary: 'votes that a paper will gain, by period',
    train: async (data, { seed }, meter) => {
      const trained = trainTrending(data, trendingSettings, seed, meter);
      const summary = `For ${periods.join(', ')}: logarithm of the votes that the window of this length will hold a day from now. Never falls when a vote is added.`;
      const shape = { features: trendingFeatureNames, heads: periods.length, summary };
      return rowsModel('trending', shape, trained, { settings: trendingSettings, seed, meter });
    },
    check: checkRows('trending'),
  },
  personal: {
    summary: 'which candidates a reader will choose; needs the trending model',
    train: async (data, { seed, models }, meter) => {
      const trending = await newestTrending(models);
      try {
        const trained = await trainPersonal(data, trending, personalSettings, seed, meter);
        const summary = 'Which of the candidates will this reader choose? A multi-layer perceptron 64-32-1 under a listwise softmax loss.';
        const shape = { features: personalFeatureNames, heads: 1, summary };
        return await rowsModel('personal', shape, trained, { settings: personalSettings, seed, meter });
      } finally {
        await trending.close();
      }
    },
    check: checkRows('personal'),
  },
} as const satisfies Readonly<Record<string, Training>>;

export type TrainableModel = keyof typeof trainings;
export const trainableModels = Object.keys(trainings) as readonly TrainableModel[];

/** Trains one model, writes it with its manifest and loads it again as the ranker would, golden vectors included. */
export const trainAndWrite = async (
  name: TrainableModel,
  options: TrainOptions,
  print: (line: string) => void,
): Promise<{ directory: string; manifest: Manifest }> => {
  const meter = new RunMeter(name, print);
  const data = await readHfPapers(options.data);
  meter.say(`${data.papers.length} papers, ${data.readings.length} readings, ${data.submissions.length} submissions`);
  const { draft, files } = await trainings[name].train(data, options, meter);
  const directory = await writeModelFolder(join(options.out, name), draft, files);
  await trainings[name].check(directory);
  return { directory, manifest: (await readModelFolder(directory)).manifest };
};

const newestEncoder = async (models: string): Promise<OnnxPaperEncoder> => {
  const directory = await newestModel(models, 'encoder');
  if (directory === null) throw new RangeError(`the reader state needs an encoder below ${models}: train that first`);
  return OnnxPaperEncoder.load(directory);
};

const newestTrending = async (models: string): Promise<OnnxRowScorer> => {
  const directory = await newestModel(models, 'trending');
  if (directory === null) throw new RangeError(`the personal model needs a trending model below ${models}: train that first`);
  return OnnxRowScorer.load(directory, rowExpectations.trending);
};
