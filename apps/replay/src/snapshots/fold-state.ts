import { foldedTopics, type Positions } from '#contracts';
import type { PaperEncoder, RankingState } from '#ranking';
import { foldRange } from '../fold/fold-range.js';
import type { StartState } from '../rerank/engine-types.js';
import { offsetAt, partitionsOf, type StreamSource } from '../stream/stream.js';

export interface FoldState {
  readonly source: StreamSource;
  readonly start: StartState;
  readonly to: Positions;
  readonly encoder: PaperEncoder;
  readonly signal: AbortSignal;
  /** Records folded so far, and offsets that there are. */
  readonly progress: (done: number, total: number) => void;
}

/** Positions of the topics that the state is a fold of. */
export const foldedPart = (positions: Positions): Positions =>
  Object.fromEntries(Object.entries(positions).filter(([key]) => foldedTopics.some((topic) => key.startsWith(`${topic}/`))));

const offsetsBetween = (from: Positions, to: Positions): number =>
  partitionsOf(to).reduce((sum, { key }) => sum + Number(offsetAt(to, key) - BigInt(from[key] ?? 0)), 0);

/** The state at the positions `to`; null when the signal ended the fold before. */
export const foldState = async ({ source, start, to, encoder, signal, progress }: FoldState): Promise<RankingState | null> => {
  const state = start.make();
  const total = offsetsBetween(start.positions, to);
  let done = 0;
  const folded = (records: number): void => progress((done += records), total);
  const end = await foldRange({ source, from: start.positions, to, state, encoder, signal, folded });
  return end === 'done' ? state : null;
};
