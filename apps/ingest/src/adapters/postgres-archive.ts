import { topics } from '#contracts';
import {
  type ArchiveClaim,
  type ArchivePositions,
  type DataSource,
  databaseFault,
  type EntityManager,
  type InteractionArchive,
  type PaperArchive,
  type TopicPartition,
} from '#persistence';
import { Archive, type ArchiveItem, ArchiveRejectedFailure, type ArchiveWritten } from '../consume/archive.js';

/** The archive in PostgreSQL: rows and position in one transaction. */
export class PostgresArchive extends Archive {
  constructor(
    private readonly dataSource: DataSource,
    private readonly positions: ArchivePositions,
    private readonly interactions: InteractionArchive,
    private readonly papers: PaperArchive,
    private readonly owner: string,
  ) {
    super();
  }

  claim(partitions: readonly TopicPartition[]): Promise<readonly ArchiveClaim[]> {
    return this.positions.claim(partitions, this.owner);
  }

  async write(claim: ArchiveClaim, items: readonly ArchiveItem[], next: bigint): Promise<ArchiveWritten> {
    const rows = items.flatMap((item) => (item.kind === 'interaction' ? [item.row] : []));
    const changes = items.flatMap((item) => (item.kind === 'paper' ? [item.change] : []));
    try {
      await this.interactions.prepareFor(rows);
      return await this.dataSource.transaction(async (transaction: EntityManager) => {
        // The position first: its row lock keeps a second writer out before any work is done.
        const moved = await this.positions.advance(transaction, claim, next);
        const { appended, duplicates } = await this.interactions.append(transaction, rows);
        const applied = await this.papers.apply(transaction, changes);
        return { claim: moved, appended: appended + applied, duplicates, superseded: changes.length - applied };
      });
    } catch (error) {
      if (databaseFault(error) !== 'data') throw error;
      const message = error instanceof Error ? error.message : 'refused by the database';
      throw new ArchiveRejectedFailure(message, { topic: claim.topic, partition: claim.partition }, { cause: error });
    }
  }

  /** Of interactions only: papers are few, and the halves of a batch name theirs soon enough. */
  async refusals(items: readonly ArchiveItem[]): Promise<ReadonlyMap<ArchiveItem, string>> {
    const byRow = new Map(items.flatMap((item) => (item.kind === 'interaction' ? [[item.row, item] as const] : [])));
    if (byRow.size === 0) return new Map();
    try {
      const refused = await this.interactions.refused([...byRow.keys()]);
      return new Map(refused.map(({ interaction, reason }) => [byRow.get(interaction)!, reason]));
    } catch (error) {
      if (databaseFault(error) !== 'data') throw error;
      return new Map(); // values that break the question itself: asking again cannot help
    }
  }

  rewind(claim: ArchiveClaim, next: bigint): Promise<ArchiveClaim> {
    return this.dataSource.transaction(async (transaction: EntityManager) => {
      if (claim.topic === topics.papers.name) await this.papers.forgetOffsets(transaction, claim.partition);
      return this.positions.advance(transaction, claim, next);
    });
  }
}
