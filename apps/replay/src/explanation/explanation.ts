import type { PaperId } from '#contracts';

/** A paper as one answer had it. */
export interface ExplainedItem {
  /** From 0. */
  readonly place: number;
  readonly paperId: PaperId;
  readonly title: string | null;
  readonly score: number;
  /** The source that ranked it highest, and the place that each source gave it. */
  readonly source: string;
  readonly sources: Readonly<Record<string, number>>;
  readonly reasons: readonly string[];
  readonly upvotes: number;
  readonly features: Readonly<Record<string, number>>;
  /** What each feature adds to the score; they add up to `score - baseline`. Empty where no model made the score. */
  readonly contributions: Readonly<Record<string, number>>;
  readonly baseline: number | null;
}

/** A paper that was proposed and not shown to this reader. */
export interface DroppedPaper {
  readonly paperId: string;
  readonly title: string | null;
  readonly filter: string;
  readonly sources: Readonly<Record<string, number>>;
}

/** How a paper stood then and stands now. Places are from 0; null where it is not among those shown. */
export interface Moved {
  readonly paperId: string;
  readonly title: string | null;
  readonly then: number | null;
  readonly now: number | null;
  readonly upvotesThen: number | null;
  readonly upvotesNow: number | null;
}

/** How one paper stands in an answer, shown or not. */
export interface PaperStanding {
  readonly paperId: string;
  readonly title: string | null;
  /** Among all candidates by score alone, from 0; null where it is none. */
  readonly place: number | null;
  /** Which filter dropped it; null where none did. */
  readonly filter: string | null;
  readonly score: number | null;
  readonly sources: Readonly<Record<string, number>>;
  readonly features: Readonly<Record<string, number>>;
  /** What each feature adds to the score; empty where the paper is not shown or no model made the score. */
  readonly contributions: Readonly<Record<string, number>>;
}

/** What the command answers; its JSON is this. */
export interface Explanation {
  readonly requestId: string | null;
  /** The moment, RFC 3339. */
  readonly at: string;
  readonly surface: string;
  readonly readerRef: string | null;
  readonly arm: string;
  readonly model: { readonly name: string; readonly version: string };
  readonly degraded: readonly string[];
  /** Papers that the reader had done something with by then. */
  readonly history: number;
  /** Whether this is the answer that was served, bit for bit, and if not, why; null when nothing was served. */
  readonly served: { readonly features: boolean | null; readonly order: boolean; readonly cause: string | null } | null;
  readonly items: readonly ExplainedItem[];
  /** Candidates after filters, and how many each filter dropped. */
  readonly candidates: number;
  readonly droppedBy: Readonly<Record<string, number>>;
  readonly dropped: readonly DroppedPaper[];
  /** The paper that was asked about; null when none was. */
  readonly paper: PaperStanding | null;
  /** What changed until the end of the source. */
  readonly since: {
    readonly until: string;
    readonly papers: number;
    readonly interactions: number;
    readonly moved: readonly Moved[];
    /** Where the paper that was asked about stands now. */
    readonly paper: PaperStanding | null;
  };
}
