import type { EpochMs, Surface } from '#contracts';
import type { ReplayedRequest, ReplayedSlot } from '../files/run-files.js';
import { RunFileFailure } from '../files/run-file.failure.js';
import type { Catalogue } from './catalogue.js';
import { sideNames, type SideName, type SidePair } from './evaluation-result.js';
import { nameHash, type ReaderGroups } from './reader-groups.js';
import type { Gains, Relevance } from './relevance.js';

/** What one side lists for a request. */
export interface SideSlate {
  readonly side: SideName;
  readonly slots: readonly ReplayedSlot[];
  /** The slots' papers. */
  readonly papers: readonly number[];
  /** Place of the one relevant paper in the whole ranking, where the run knows it. */
  readonly place: number | null | undefined;
}

/** A request with what every side lists for it and what the reader did. */
export interface JudgedRequest {
  readonly requestId: string;
  readonly at: EpochMs;
  readonly surface: Surface;
  readonly arm: string;
  /** Papers that the reader had done something with before. */
  readonly history: number;
  /** Of requests that resemble each other (ReaderGroups). */
  readonly group: number;
  /** Which half of the readers, so that what is fitted on one half can be judged on the other. */
  readonly half: 0 | 1;
  /** In the order of `sideNames`; the same sides at every request. */
  readonly sides: readonly SideSlate[];
  readonly gains: Gains;
}

/** What is summed over requests. */
export interface RequestSum {
  add(request: JudgedRequest): void;
}

/** Sides of a run, as its first request has them. */
export const sidesOf = (request: ReplayedRequest): readonly SideName[] => sideNames.filter((side) => request[side] !== undefined);

/** What is compared: a with what was served, b with a. */
export const pairsOf = (sides: readonly SideName[]): readonly SidePair[] =>
  (
    [
      { better: 'a', worse: 'served' },
      { better: 'b', worse: 'a' },
    ] as const
  ).filter(({ better, worse }) => sides.includes(better) && sides.includes(worse));

export interface JudgingParts {
  readonly sides: readonly SideName[];
  readonly catalogue: Catalogue;
  readonly relevance: Relevance;
  readonly groups: ReaderGroups;
}

/** @throws {RunFileFailure} the request lacks a side that others have: no figure could be compared. */
export const judged = (request: ReplayedRequest, { sides, catalogue, relevance, groups }: JudgingParts): JudgedRequest => ({
  requestId: request.requestId,
  at: Date.parse(request.at),
  surface: request.surface,
  arm: request.arm,
  history: request.history,
  group: groups.of(request),
  half: (nameHash(request.readerRef ?? request.requestId) & 1) as 0 | 1,
  sides: sides.map((side) => slateOf(request, side, catalogue)),
  gains: relevance.of(request),
});

const slateOf = (request: ReplayedRequest, side: SideName, catalogue: Catalogue): SideSlate => {
  const slate = request[side];
  if (slate === undefined) throw new RunFileFailure(`request ${request.requestId} has no side ${side}, which others of this run have`);
  return {
    side,
    slots: slate.slots,
    papers: slate.slots.map(({ paperId }) => catalogue.numberOf(paperId)),
    place: 'place' in slate ? slate.place : undefined,
  };
};
