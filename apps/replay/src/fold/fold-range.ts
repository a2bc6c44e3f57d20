import type { Positions } from '#contracts';
import type { PaperEncoder, RankingState } from '#ranking';
import { PaperVectors } from './paper-vectors.js';
import { PositionsFold } from './positions-fold.js';
import type { RecordSource } from './record-source.js';

export interface FoldRangeOptions {
  readonly source: RecordSource;
  /** Where `state` begins: its next offsets. */
  readonly from: Positions;
  readonly to: Positions;
  readonly state: RankingState;
  readonly encoder: PaperEncoder;
  readonly signal: AbortSignal;
  /** Records folded since it was last told. */
  readonly folded?: (records: number) => void;
}

/** Folds every record between the positions into `state`. */
export const foldRange = async ({
  source,
  from,
  to,
  state,
  encoder,
  signal,
  folded,
}: FoldRangeOptions): Promise<'done' | 'interrupted'> => {
  const start = { positions: from, make: () => state };
  const fold = await PositionsFold.begin({ source, start, vectors: new PaperVectors(encoder), signal, ...(folded && { folded }) });
  try {
    return (await fold.advance(to)) ? 'done' : 'interrupted';
  } finally {
    await fold.close();
  }
};
