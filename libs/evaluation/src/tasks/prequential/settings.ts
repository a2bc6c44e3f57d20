import { listwiseSettings } from '#model';
import type { ListwiseSettings } from '#model';

export interface PrequentialSettings {
  /** Of the choices that can be asked about, in order of time: lists are kept to learn from after this share, */
  readonly learnFrom: number;
  /** and judged after this one. */
  readonly warmUp: number;
  /** The models are fitted at the end of the warm-up and again after these shares. */
  readonly refits: readonly number[];
  /** Choices asked about, evenly over time: after the warm-up, and before it. */
  readonly judged: number;
  readonly learned: number;
  /** Rows of a list that are kept to learn from: the chosen one and others by chance; at most 200. */
  readonly rowsKept: number;
  readonly net: ListwiseSettings;
  /** Depth of NDCG. */
  readonly depth: number;
}

export const prequentialSettings: PrequentialSettings = {
  learnFrom: 0.05,
  warmUp: 1 / 3,
  refits: [1 / 2, 2 / 3, 5 / 6],
  judged: 4000,
  learned: 3000,
  rowsKept: 200,
  // Smaller nets than for a large set, several of them: steadier on some hundred lists.
  net: { ...listwiseSettings, members: 4, hidden1: 16, hidden2: 8, learningRate: 0.001, decay: 0.05, patience: 6, rowsPerList: 64 },
  depth: 20,
};
