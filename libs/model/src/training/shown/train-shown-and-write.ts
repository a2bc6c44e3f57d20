import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { personalFeatureNames } from '#ranking';
import type { Manifest } from '../../manifest/manifest.js';
import { readModelFolder, writeModelFolder } from '../../manifest/model-folder.js';
import { newestModel } from '../../manifest/newest-model.js';
import { OnnxRowScorer } from '../../session/onnx-row-scorer.js';
import { rowExpectations } from '../../session/row-expectations.js';
import { RunMeter } from '../run-meter.js';
import { rowsModel, type TrainingSource } from '../written-models.js';
import { readShownLists } from './shown-lists.js';
import { shownSettings, trainShown } from './shown-training.js';

export interface TrainShownOptions {
  /** Rows that `replay export --point-in-time` wrote: .ndjson, .ndjson.gz or .parquet. */
  readonly rows: string;
  /** The model goes to `<out>/personal/<version>/`. */
  readonly out: string;
  readonly seed: number;
  /** Folder with the model that it is judged beside: the newest `personal` below it. */
  readonly models: string;
}

/** Trains the personal model on a site's own log, writes it with its manifest and loads it again as the ranker would, golden vectors included. */
export const trainShownAndWrite = async (
  { rows: path, out, seed, models }: TrainShownOptions,
  print: (line: string) => void,
): Promise<{ directory: string; manifest: Manifest }> => {
  const meter = new RunMeter('personal', print);
  const { lists, rows, withoutDeed, span } = await readShownLists(path);
  meter.say(`${rows} rows; ${lists.length} for-you pages to learn from, ${withoutDeed} on which nothing was done, or everything`);
  const folder = await newestModel(models, 'personal');
  if (folder === null) throw new RangeError(`there is no personal model below ${models} to be judged beside: name its folder by --models`);
  const before = await OnnxRowScorer.load(folder, rowExpectations.personal);
  try {
    const trained = await trainShown(lists, (batch, count) => before.score(batch, count), shownSettings, seed, meter);
    const shape = {
      features: personalFeatureNames,
      heads: 1,
      summary: `Which of the papers shown will this reader take? A multi-layer perceptron 64-32-1 under a listwise softmax loss, learned from this site's own log; judged beside ${before.version}.`,
    };
    const source = await sourceOf(path, rows, span);
    const { draft, files } = await rowsModel('personal', shape, trained, { settings: shownSettings, seed, meter, source });
    const directory = await writeModelFolder(join(out, 'personal'), draft, files);
    await (await OnnxRowScorer.load(directory, rowExpectations.personal)).close();
    return { directory, manifest: (await readModelFolder(directory)).manifest };
  } finally {
    await before.close();
  }
};

const sourceOf = async (
  path: string,
  rows: number,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<TrainingSource> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return {
    data: `${basename(path).slice(0, 80)}: ${rows} rows of replay export --point-in-time, ${first} to ${last}, SHA-256 ${hash.digest('hex')}`,
    licence: 'of the site that trained it',
    attribution: 'Learned from what readers of one site did; it holds weights, and no text, paper or reader.',
  };
};
