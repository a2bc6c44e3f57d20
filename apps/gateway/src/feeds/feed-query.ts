import type { EchoedHide } from '../cursors/position-header.js';
import type { PaperId, Period, Positions, ReaderRef, Surface } from '#contracts';

/** One page of one feed, as asked for. */
export interface FeedQuery {
  readonly surface: Surface;
  readonly period: Period;
  readonly topic?: string | undefined;
  readonly org?: string | undefined;
  /** For `similar`: the canonical id to start from. */
  readonly paperId?: PaperId | undefined;
  /** For `search`. */
  readonly query?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly exclude: readonly PaperId[];
  readonly explain: boolean;
}

/** The reader a page is for; absent for the feeds that all share. */
export interface FeedReader {
  readonly ref: ReaderRef;
  /** Positions the reader's client echoed, possibly from another gateway. */
  readonly after: Positions;
  /** What the reader just hid through another gateway, echoed likewise. */
  readonly hides: readonly EchoedHide[];
}

export const feedDefaults = { period: 'day', limit: 25, exclude: [], explain: false } as const satisfies Partial<FeedQuery>;
