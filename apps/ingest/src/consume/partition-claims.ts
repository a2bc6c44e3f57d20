import { Failure } from '#contracts';
import { type ArchiveClaim, type TopicPartition } from '#persistence';
import type { Clock } from '../clock.js';
import type { Archive } from './archive.js';

/** A batch came for a partition that this process may not write now. */
export class NotOwnerFailure extends Failure {
  readonly code = 'ARCHIVE_NOT_OWNER';
  readonly retryable = true;
}

/** After being fenced, a partition is left alone for this long: its new owner is busy with it, and the group is about to say so. */
const RECLAIM_AFTER_MS = 10_000;

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * The partitions that this process holds in the archive. The broker's group says who *should* write; the generation in
 * the claim says who *may*. When the two disagree (a paused process, a group that flapped), writing stops, and if the group still gives
 * the partition to us a while later, it is claimed anew: safety never depends on the group, only progress does.
 */
export class PartitionClaims {
  private readonly held = new Map<string, ArchiveClaim>();
  /** When we were fenced out of a partition, on the monotonic clock. */
  private readonly lost = new Map<string, number>();

  constructor(
    private readonly archive: Archive,
    private readonly clock: Clock,
  ) {}

  async take(partitions: readonly TopicPartition[]): Promise<readonly ArchiveClaim[]> {
    const claims = partitions.length === 0 ? [] : await this.archive.claim(partitions);
    for (const claim of claims) this.keep(claim);
    return claims;
  }

  /** The claim on this partition. @throws {NotOwnerFailure} there is none, and it is too early to ask for one. */
  async of(at: TopicPartition): Promise<ArchiveClaim> {
    const claim = this.held.get(keyOf(at));
    if (claim !== undefined) return claim;
    const lostAt = this.lost.get(keyOf(at));
    if (lostAt !== undefined && this.clock.monotonic() - lostAt >= RECLAIM_AFTER_MS) {
      const [again] = await this.take([at]);
      if (again !== undefined) return again;
    }
    throw new NotOwnerFailure(`${keyOf(at)} is not ours to archive now`, { ...at });
  }

  keep(claim: ArchiveClaim): void {
    this.held.set(keyOf(claim), claim);
    this.lost.delete(keyOf(claim));
  }

  /** Somebody else has claimed it. */
  lose(at: TopicPartition): void {
    this.held.delete(keyOf(at));
    this.lost.set(keyOf(at), this.clock.monotonic());
  }

  /** The group took them away. */
  release(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      this.held.delete(keyOf(at));
      this.lost.delete(keyOf(at));
    }
  }
}
