import { rowExpectations, newestModel, OnnxPaperEncoder, OnnxRowScorer } from '#model';

const MODELS = 'models';

const folderOf = async (name: string): Promise<string> => {
  const folder = await newestModel(MODELS, name);
  if (folder === null) throw new Error(`there is no model below ${MODELS}/${name}: run from the repository's root`);
  return folder;
};

/** The newest model of a kind, loaded and checked as the ranker does. */
export const shippedScorer = async (kind: 'trending' | 'personal'): Promise<OnnxRowScorer> =>
  OnnxRowScorer.load(await folderOf(kind), rowExpectations[kind]);

export const shippedEncoder = async (): Promise<OnnxPaperEncoder> => OnnxPaperEncoder.load(await folderOf('encoder'));
