import { listwiseSettings } from '#model';
import type { ListwiseSettings } from '#model';

export interface PrequentialSettings {
  /** Of the choices that can be asked about, in order of time: lists are kept to learn from after this share, */
  readonly learnFrom: number;
  /** and judged after this one. */
  readonly warmUp: number;
  /** Readers' states and papers' vectors are learned after these shares, where most choices are of papers known before. The first stands before `warmUp`, so that the models see lists made with them. */
  readonly states: readonly number[];
  /** The models are fitted at the end of the warm-up and again after these shares. */
  readonly refits: readonly number[];
  /** Choices asked about to judge, evenly over time. */
  readonly judged: number;
  /** Lists that are learned from, before the warm-up ends and after it each; a fit looks at the newest `lists`. */
  readonly learned: number;
  readonly lists: number;
  /** Rows of a list that are kept to learn from: the chosen one and others by chance; at most 200. */
  readonly rowsKept: number;
  readonly net: ListwiseSettings;
  /** Depth of NDCG. */
  readonly depth: number;
}

export const prequentialSettings: PrequentialSettings = {
  learnFrom: 0.05,
  warmUp: 1 / 3,
  states: [0.2, 0.5],
  refits: [0.55, 0.75],
  judged: 4000,
  learned: 2000,
  lists: 3000,
  rowsKept: 200,
  // Smaller nets than for a large set, several of them: steadier on some hundred lists.
  net: {
    ...listwiseSettings,
    members: 4,
    hidden1: 16,
    hidden2: 8,
    epochs: 50,
    patience: 10,
    learningRate: 0.001,
    decay: 1,
    rowsPerList: 64,
  },
  depth: 20,
};
