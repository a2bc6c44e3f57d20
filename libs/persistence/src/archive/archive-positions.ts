import { Failure } from '#contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { ArchivePositionRow } from '../entities/archive-position.entity.js';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A claim on one partition: valid until somebody else claims it. */
export interface ArchiveClaim extends TopicPartition {
  /** Next offset to archive; 0 when nothing was archived yet. */
  readonly next: bigint;
  readonly generation: bigint;
}

/** Another owner has claimed the partition since: nothing of this transaction may stay. */
export class ArchiveFencedFailure extends Failure {
  readonly code = 'ARCHIVE_FENCED';
  readonly retryable = true;
}

/**
 * The archive already stands elsewhere than the writer believed, under the same claim: an earlier transaction was committed
 * although its answer was lost. The writer reads the position again and leaves out what is done.
 */
export class ArchiveMovedFailure extends Failure {
  readonly code = 'ARCHIVE_MOVED';
  readonly retryable = true;

  constructor(
    readonly next: bigint,
    at: TopicPartition,
  ) {
    super(`the archive of ${at.topic}/${at.partition} already stands at ${next}`, { ...at, next: next.toString() });
  }
}

interface PositionRow {
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: string;
  readonly generation: string;
}

const claimOf = (row: PositionRow): ArchiveClaim => ({
  topic: row.topic,
  partition: row.partition,
  next: BigInt(row.next_offset),
  generation: BigInt(row.generation),
});

/**
 * Positions of the archive, moved in the transaction that writes the rows: rows and position are both there or both not.
 * Exactly-once rests on this compare-and-set alone, not on the broker's groups or transactions.
 */
export class ArchivePositions {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes `owner` the only one who may move these partitions, and answers where each stands. */
  async claim(partitions: readonly TopicPartition[], owner: string): Promise<readonly ArchiveClaim[]> {
    const rows: PositionRow[] = await this.dataSource.query(
      `INSERT INTO archive_positions AS p (topic, partition, next_offset, owner, generation)
       SELECT topic, partition, 0, $3, 1 FROM unnest($1::text[], $2::integer[]) AS claimed (topic, partition)
       ORDER BY topic, partition
       ON CONFLICT (topic, partition) DO UPDATE SET owner = excluded.owner, generation = p.generation + 1, updated_at = now()
       RETURNING topic, partition, next_offset, generation`,
      [partitions.map((at) => at.topic), partitions.map((at) => at.partition), owner],
    );
    return rows.map(claimOf);
  }

  /**
   * Moves a claimed partition from `claim.next` to `next` (forth, or back when the log was replaced) inside the caller's transaction and answers the claim as it stands then.
   * @throws {ArchiveFencedFailure} somebody else has claimed it.
   * @throws {ArchiveMovedFailure} it is not at `claim.next`.
   */
  async advance(transaction: EntityManager, claim: ArchiveClaim, next: bigint): Promise<ArchiveClaim> {
    const [, moved] = await transaction.query<[unknown, number]>(
      `UPDATE archive_positions SET next_offset = $5, updated_at = now()
       WHERE topic = $1 AND partition = $2 AND next_offset = $3 AND generation = $4`,
      [claim.topic, claim.partition, claim.next.toString(), claim.generation.toString(), next.toString()],
    );
    if (moved === 1) return { ...claim, next };
    throw await this.explain(transaction, claim);
  }

  /** Every partition that was ever archived. */
  async list(): Promise<readonly ArchiveClaim[]> {
    const rows: PositionRow[] = await this.dataSource.query(
      'SELECT topic, partition, next_offset, generation FROM archive_positions ORDER BY topic, partition',
    );
    return rows.map(claimOf);
  }

  private async explain(transaction: EntityManager, claim: ArchiveClaim): Promise<Failure> {
    const row = await transaction.findOneBy(ArchivePositionRow, { topic: claim.topic, partition: claim.partition });
    if (row !== null && BigInt(row.generation) === claim.generation) return new ArchiveMovedFailure(BigInt(row.nextOffset), claim);
    return new ArchiveFencedFailure(`${claim.topic}/${claim.partition} has another owner`, {
      topic: claim.topic,
      partition: claim.partition,
      generation: claim.generation.toString(),
      owner: row?.owner ?? 'nobody',
    });
  }
}
