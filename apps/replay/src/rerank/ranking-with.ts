import type { FeedServedData } from '#contracts';
import type { PaperEncoder } from '#ranking';
import type { Side, StartState } from './engine-types.js';
import type { NamedCount } from './named-models.js';

/** What a request is ranked again with. */
export interface RankingWith {
  readonly start: StartState;
  /** One for the whole fold: its vectors are in the state. */
  readonly encoder: PaperEncoder;
  /** Null for an answer that nobody was served. */
  sideOf(served: FeedServedData | null): Side;
}

/** Opens it once it is known which models the records name. */
export type OpenRanking = (named: readonly NamedCount[]) => Promise<RankingWith>;
