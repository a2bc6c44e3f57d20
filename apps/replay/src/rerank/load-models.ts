import { join } from 'node:path';
import { newestModel, OnnxPaperEncoder, OnnxRowScorer, rowExpectations } from '#model';
import { defaultRankingConfig, defaultStateConfig, type RankingConfig, type ScorerName, type StateConfig } from '#ranking';
import type { Side } from './engine-types.js';
import { ModelNotThereFailure } from './model-not-there.failure.js';

/** A side whose models hold native memory. */
export interface LoadedSide extends Side {
  readonly trending: OnnxRowScorer;
  readonly personal: OnnxRowScorer;
  close(): Promise<void>;
}

export interface SideChoice {
  readonly modelsDir: string;
  /** Versions; the newest in the folder where none is named. */
  readonly trending?: string;
  readonly personal?: string;
  readonly config?: RankingConfig;
}

/** @throws {ModelNotThereFailure} */
const folderOf = async (modelsDir: string, name: string, version: string | undefined): Promise<string> => {
  const folder = version === undefined ? await newestModel(modelsDir, name) : join(modelsDir, name, version);
  if (folder === null) throw new ModelNotThereFailure(name, modelsDir);
  return folder;
};

/**
 * The encoder of a version, else the newest, checked as it is before it serves.
 * @throws {ModelNotThereFailure} there is none. @throws a Failure of #model: it is not fit, and why.
 */
export const loadEncoder = async (modelsDir: string, version?: string): Promise<OnnxPaperEncoder> =>
  OnnxPaperEncoder.load(await folderOf(modelsDir, 'encoder', version));

/** Sizes of the state that this encoder's vectors fit in: those of the live ranker. */
export const stateConfigFor = ({ dimensions, name, version }: Pick<OnnxPaperEncoder, 'dimensions' | 'name' | 'version'>): StateConfig => ({
  ...defaultStateConfig,
  dimensions,
  encoderVersion: `${name}@${version}`,
});

const loadScorer = async (name: ScorerName, { modelsDir, ...versions }: SideChoice): Promise<OnnxRowScorer> =>
  OnnxRowScorer.load(await folderOf(modelsDir, name, versions[name]), rowExpectations[name]);

/** The models and the configuration of one side. @throws as `loadEncoder` */
export const loadSide = async (name: Side['name'], choice: SideChoice): Promise<LoadedSide> => {
  const trending = await loadScorer('trending', choice);
  try {
    const personal = await loadScorer('personal', choice);
    return {
      name,
      trending,
      personal,
      config: choice.config ?? defaultRankingConfig,
      close: async () => {
        await trending.close();
        await personal.close();
      },
    };
  } catch (error) {
    await trending.close();
    throw error;
  }
};
