import { Failure } from '#contracts';
import type { ArchiveClaim, ArchivedInteraction, PaperChange, TopicPartition } from '#persistence';

/** One parsed record on its way to its table. */
export type ArchiveItem =
  { readonly kind: 'interaction'; readonly row: ArchivedInteraction } | { readonly kind: 'paper'; readonly change: PaperChange };

export interface ArchiveWritten {
  readonly claim: ArchiveClaim;
  readonly appended: number;
  /** Events that the archive held already. */
  readonly duplicates: number;
  /** Papers that a newer record had replaced already. */
  readonly superseded: number;
}

/** The store refuses these very values: trying again cannot help, leaving the record out can. */
export class ArchiveRejectedFailure extends Failure {
  readonly code = 'ARCHIVE_REJECTED';
  readonly retryable = false;
}

/**
 * Where the archive consumer writes. A port: the consumer's rules (order, fencing, parking) are tested without a server.
 * Failures: `ArchiveFencedFailure` and `ArchiveMovedFailure` of the positions, `ArchiveRejectedFailure` for values, anything else may pass.
 */
export abstract class Archive {
  /** Makes this process the only writer of the partitions and tells where each stands. */
  abstract claim(partitions: readonly TopicPartition[]): Promise<readonly ArchiveClaim[]>;
  /** Writes the items and moves the claim to `next`, both or neither. */
  abstract write(claim: ArchiveClaim, items: readonly ArchiveItem[], next: bigint): Promise<ArchiveWritten>;
  /**
   * After `write` rejected these items: those that the store refuses each by itself, and why. Keeps nothing. What it leaves out may
   * still be refused (in company, or because the store can not tell).
   */
  abstract refusals(items: readonly ArchiveItem[]): Promise<ReadonlyMap<ArchiveItem, string>>;
  /**
   * Sets a claim back to `next`, because the log is another one than the archive was made from. Rows stay: events are known by
   * id, and papers of the partition take whatever the new log says.
   */
  abstract rewind(claim: ArchiveClaim, next: bigint): Promise<ArchiveClaim>;
}
