import type { EpochMs, RankRequest } from '#contracts';
import type { HistoryProfile } from '../features/history-profile.js';
import type { StateParts } from '../state/state-parts.js';
import type { Engagement, ReaderView } from '../state/reader-view.js';

/** Names of components are a closed set: they appear in metrics, in `degraded` and in what is logged of a feed. */
export interface Named {
  readonly name: string;
}

/** Everything a stage may know of the request. Papers and entities are numbers of `state`. */
export interface RankQuery {
  readonly request: RankRequest;
  readonly now: EpochMs;
  readonly seed: number;
  readonly state: StateParts;
  /** Null for anonymous readers and for those of whom nothing is known. */
  readonly reader: ReaderView | null;
  /** Content of the reader's taste and of what they hide, unit norm; null when there is none. */
  readonly taste: Float32Array | null;
  readonly aversion: Float32Array | null;
  /** Where the learned encoder of states sees the reader next, in the space of content vectors; null without one. */
  readonly readerState: Float32Array | null;
  /** The newest papers of the reader's history, as deep as the configuration goes. */
  readonly history: readonly Engagement[];
  /** The same history as what candidates are compared with. */
  readonly profile: HistoryProfile;
  /** Papers under the requested topic and organisation; null when none was asked for. */
  readonly scope: ReadonlySet<number> | null;
  /** The paper that `similar` starts from. */
  readonly origin: number | null;
  readonly excluded: ReadonlySet<number>;
  historyOf(reader: number): readonly Engagement[];
}

/** A paper that a source puts forward. `via`: the paper or entity that led to it, as the source defines. */
export interface Proposal {
  readonly paper: number;
  readonly score: number;
  readonly via?: number;
}

/** Puts forward papers, best first, at most as many as it was made for. Pure. */
export interface Source extends Named {
  /** Milliseconds of the deadline that must be left for it to begin; absent for the quick ones, which always run. */
  readonly reserveMs?: number;
  propose(query: RankQuery): readonly Proposal[];
}

/** Where a source put a candidate. */
export interface Finding {
  readonly source: string;
  /** From 1. */
  readonly rank: number;
  readonly score: number;
  /** Score standardised over what the source proposed. */
  readonly z: number;
  readonly via: number | undefined;
}

export interface Candidate {
  readonly paper: number;
  /** Best rank first, then by name. Empty for a pinned paper that no source proposes any more. */
  readonly findings: readonly Finding[];
}

/** Says why a candidate must not be shown, or null to keep it. Pure. The reason is always the filter's name, for its metric. */
export interface Filter extends Named {
  rejects(query: RankQuery, candidate: Candidate): boolean;
}

export interface Scored {
  readonly candidate: Candidate;
  readonly score: number;
  /** Row in the scorer's answer, for features and explanations. */
  readonly row: number;
}

/** A place in the answer. `propensity` is the chance that the policy put this paper there, 1 where nothing is left to chance. */
export interface Slot<T> {
  readonly item: T;
  readonly propensity: number;
  /** Drawn by chance, even if there was but one to draw from. */
  readonly drawn: boolean;
}

/** Orders and cuts the slate. Pure. Generic in T, so it can return only what it was given. */
export interface Selector extends Named {
  select<T extends Scored>(query: RankQuery, ranked: readonly T[], size: number): readonly T[];
}

/** What a scorer says of all candidates. */
export interface Scores {
  readonly model: { readonly name: string; readonly version: string };
  readonly values: ArrayLike<number>;
  /** Feature names and the rows that were scored, [candidates, features]; both empty where no model spoke. */
  readonly features: readonly string[];
  readonly rows: Float32Array;
  /** For the rows asked for: what each feature adds to `baseline`, up to the score. */
  explain(
    rows: readonly number[],
  ): Promise<{ readonly baseline: number; readonly contributions: readonly Readonly<Record<string, number>>[] }>;
  /** Names of parts that failed and were done without. */
  readonly degraded: readonly string[];
}

export interface Scorer extends Named {
  /** Milliseconds that must be left for it to begin. */
  readonly reserveMs?: number;
  score(query: RankQuery, candidates: readonly Candidate[]): Promise<Scores>;
}
