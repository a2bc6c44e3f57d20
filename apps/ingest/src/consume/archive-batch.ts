import { type ArchiveClaim, ArchiveFencedFailure, ArchiveMovedFailure, type TopicPartition } from '#persistence';
import type { Batch, StoredRecord } from '#event-log';
import type { IngestMetrics } from '../ingest.metrics.js';
import { type Archive, type ArchiveItem, ArchiveRejectedFailure } from './archive.js';
import type { DeadLetters } from './dead-letters.js';
import { parseRecord, type RecordFault } from './parse-record.js';
import type { PartitionClaims } from './partition-claims.js';

/** A record of the batch that was read; what could not be read is parked already. */
interface Entry {
  readonly record: StoredRecord;
  readonly item: ArchiveItem | null;
}

/**
 * Archives one batch: each record ends as exactly one of appended, duplicate, superseded or parked. A throw means that the rest of the
 * batch has to come again, from the position that the archive holds.
 */
export class ArchiveBatch {
  constructor(
    private readonly archive: Archive,
    private readonly claims: PartitionClaims,
    private readonly deadLetters: DeadLetters,
    private readonly metrics: IngestMetrics,
    /** Next offset that the log will write to a partition. */
    private readonly logEnd: (at: TopicPartition) => Promise<bigint>,
    private readonly parse: typeof parseRecord = parseRecord,
  ) {}

  async handle(batch: Batch): Promise<void> {
    try {
      await this.unwritten(batch);
    } catch (error) {
      if (error instanceof ArchiveFencedFailure) this.claims.lose(batch);
      if (!(error instanceof ArchiveMovedFailure)) throw error;
      // An earlier try was committed although its answer was lost: go on from where the archive really is.
      this.claims.keep({ ...(await this.claims.of(batch)), next: error.next });
      await this.unwritten(batch);
    }
  }

  /** Writes what the archive does not have yet: records below its position came again and are skipped. */
  private async unwritten(batch: Batch): Promise<void> {
    const { next } = await this.claimFor(batch);
    const records = batch.records.filter(({ offset }) => offset >= next);
    const last = records.at(-1);
    if (last === undefined) return;
    // Letters go out together: one after the other, a batch with many bad records would hold up the good ones behind it.
    const entries = await Promise.all(records.map(async (record): Promise<Entry> => ({ record, item: await this.read(record) })));
    await this.write(batch, entries, last.offset + 1n);
  }

  /**
   * The claim to write under. An archive that is ahead of the end of the log was made from another log (a broker whose data was lost
   * or replaced): skipping all of the new log's records up to that position would lose them without a word.
   */
  private async claimFor(batch: Batch): Promise<ArchiveClaim> {
    const claim = await this.claims.of(batch);
    const first = batch.records[0];
    // A batch may be older than the claim, so the log itself is asked before anything is set back.
    if (first === undefined || batch.end >= claim.next || (await this.logEnd(batch)) >= claim.next) return claim;
    const rewound = await this.archive.rewind(claim, first.offset);
    this.claims.keep(rewound);
    this.metrics.rewinds.inc({ topic: batch.topic });
    return rewound;
  }

  private async read(record: StoredRecord): Promise<ArchiveItem | null> {
    const parsed = this.parse(record);
    if (parsed.ok) return parsed.item;
    await this.park(record, parsed.code, parsed.message);
    return null;
  }

  /**
   * Writes entries and moves the position to `next`. Records whose values the store refuses are parked: all that the store can name are
   * named by one question, so a batch costs three transactions however many it refuses. What it can not name is found by halves.
   */
  private async write(batch: Batch, entries: readonly Entry[], next: bigint): Promise<void> {
    if (await this.written(batch, entries, next)) return;
    const left = await this.parkRefused(entries);
    if (left === null) await this.writeHalves(batch, entries, next);
    else if (!(await this.written(batch, left, next))) await this.writeHalves(batch, left, next);
  }

  /** @returns false when the store refuses the values of some record. One that stands alone is parked, since the store has said why. */
  private async written(batch: Batch, entries: readonly Entry[], next: bigint): Promise<boolean> {
    const items = entries.flatMap(({ item }) => (item === null ? [] : [item]));
    try {
      const written = await this.archive.write(await this.claims.of(batch), items, next);
      this.claims.keep(written.claim);
      this.count(batch.topic, written);
      return true;
    } catch (error) {
      if (!(error instanceof ArchiveRejectedFailure) || items.length === 0) throw error;
      if (items.length > 1) return false;
      return this.written(batch, await this.parked(entries, () => error.message), next);
    }
  }

  /** Parks what the store refuses by itself. Answers the entries without those items, or null when it named none. */
  private async parkRefused(entries: readonly Entry[]): Promise<readonly Entry[] | null> {
    const refusals = await this.archive.refusals(entries.flatMap(({ item }) => (item === null ? [] : [item])));
    return refusals.size === 0 ? null : this.parked(entries, (item) => refusals.get(item));
  }

  /** The entries without those items that there is a reason to refuse: their letters go out together. */
  private parked(entries: readonly Entry[], reasonOf: (item: ArchiveItem) => string | undefined): Promise<readonly Entry[]> {
    return Promise.all(
      entries.map(async ({ record, item }): Promise<Entry> => {
        const reason = item === null ? undefined : reasonOf(item);
        if (reason !== undefined) await this.park(record, 'ARCHIVE_REJECTED', reason);
        return { record, item: reason === undefined ? item : null };
      }),
    );
  }

  /** Halves until the record that is refused stands alone: about 2 log2(n) transactions a bad record. */
  private async writeHalves(batch: Batch, entries: readonly Entry[], next: bigint): Promise<void> {
    const middle = Math.ceil(entries.length / 2);
    const border = entries[middle]?.record.offset ?? next;
    for (const [half, end] of [
      [entries.slice(0, middle), border],
      [entries.slice(middle), next],
    ] as const)
      if (!(await this.written(batch, half, end))) await this.writeHalves(batch, half, end);
  }

  private async park(record: StoredRecord, code: RecordFault, message: string): Promise<void> {
    await this.deadLetters.park(record, { code, message });
    this.metrics.deadLetters.inc({ topic: record.topic, code });
    this.metrics.archived.inc({ topic: record.topic, outcome: 'parked' });
  }

  private count(topic: string, written: { appended: number; duplicates: number; superseded: number }): void {
    this.metrics.archived.inc({ topic, outcome: 'appended' }, written.appended);
    this.metrics.archived.inc({ topic, outcome: 'duplicate' }, written.duplicates);
    this.metrics.archived.inc({ topic, outcome: 'superseded' }, written.superseded);
  }
}
