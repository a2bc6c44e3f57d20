import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EpochMs } from '#contracts';
import type { PaperEncoder } from '#ranking';
import { encoderSettings, fitEncoder } from '../encoder-training.js';
import type { HfPapers } from '../hf-papers.js';
import { openRunEncoder } from '../run-models.js';
import type { RunMeter } from '../run-meter.js';

/** Content vectors of all papers of the data, float32 [papers, width]. */
export interface PaperVectors {
  readonly width: number;
  readonly values: Float32Array;
}

export const vectorsBy = async (encoder: PaperEncoder, { papers }: HfPapers): Promise<PaperVectors> => {
  const width = encoder.dimensions;
  const values = new Float32Array(papers.length * width);
  const vectors = await encoder.encode(papers.map(({ paper }) => paper));
  for (const [place, vector] of vectors.entries()) values.set(vector, place * width);
  return { width, values };
};

/** The same by an encoder that was fitted on papers listed before `before` alone. */
export const vectorsByPast = async (data: HfPapers, before: EpochMs, seed: number, meter: RunMeter): Promise<PaperVectors> => {
  const past = data.papers.filter(({ listedAt }) => listedAt < before).map(({ paper }) => paper);
  const root = await mkdtemp(join(tmpdir(), 'broadsheet-reader-state-'));
  try {
    const encoder = await openRunEncoder(await fitEncoder(past, encoderSettings, seed, meter), { root, data: 'papers of the past', seed });
    const vectors = await vectorsBy(encoder, data);
    await encoder.close();
    return vectors;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};
