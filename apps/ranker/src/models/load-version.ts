import { basename } from 'node:path';
import { ModelManifestFailure, OnnxRowScorer } from '#model';
import type { ScorerName } from '#ranking';
import { expectations } from './expectations.js';

/**
 * Loads and checks one version of a model. The folder must be called by the version that its manifest says: the registry and operators know the one,
 * answers and the log name the other.
 * @throws {ModelManifestFailure} it is called otherwise. @throws what `OnnxRowScorer.load` does.
 */
export const loadVersion = async (name: ScorerName, directory: string): Promise<OnnxRowScorer> => {
  const scorer = await OnnxRowScorer.load(directory, expectations[name]);
  if (scorer.version === basename(directory)) return scorer;
  await scorer.close();
  throw new ModelManifestFailure({ directory, problem: `the folder is called ${basename(directory)}, and the manifest says version ${scorer.version}` });
};
