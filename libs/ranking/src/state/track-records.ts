import type { TrackRecord } from '../features/signals.js';

/** Papers and votes per organisation or submitter (by canonical number). Integers that are added and taken back, so order does not matter; derived, hence not hashed. */
export class TrackRecords {
  private readonly papers = new Map<number, number>();
  private readonly votes = new Map<number, number>();

  add(entity: number, papers: number, votes: number): void {
    this.papers.set(entity, (this.papers.get(entity) ?? 0) + papers);
    this.votes.set(entity, (this.votes.get(entity) ?? 0) + votes);
  }

  /** The record without one of its papers, which must not vouch for itself. */
  without(entity: number, ownVotes: number): TrackRecord {
    return { papers: Math.max(0, (this.papers.get(entity) ?? 0) - 1), votes: Math.max(0, (this.votes.get(entity) ?? 0) - ownVotes) };
  }
}
