import type { TrackRecord } from '../features/signals.js';

/** Papers and votes per organisation, submitter or author (by canonical number). Integers that are added and taken back, so order does not matter; derived, hence not hashed. */
export class TrackRecords {
  /** By the entity's number; flat, since there are several authors a paper. */
  private papers = new Int32Array(1024);
  private votes = new Float64Array(1024);

  add(entity: number, papers: number, votes: number): void {
    if (entity >= this.papers.length) this.grow(entity);
    this.papers[entity]! += papers;
    this.votes[entity]! += votes;
  }

  /** The record without one of its papers, which must not vouch for itself. */
  without(entity: number, ownVotes: number): TrackRecord {
    return { papers: Math.max(0, (this.papers[entity] ?? 0) - 1), votes: Math.max(0, (this.votes[entity] ?? 0) - ownVotes) };
  }

  private grow(entity: number): void {
    const length = Math.ceil((entity + 1) * 1.5);
    const [papers, votes] = [new Int32Array(length), new Float64Array(length)];
    papers.set(this.papers);
    votes.set(this.votes);
    [this.papers, this.votes] = [papers, votes];
  }
}
