import { decodeRecord, Failure, HEARTBEAT_PAPER, type InteractionEvent, topics, type Decoded } from '#contracts';
import type { Batch, StoredRecord } from '#event-log';
import { ENCODE_BATCH, encodeEach, foldDecoded, type FoldedState, type FoldOutcome, type PaperEncoder } from '#ranking';
import type { FoldBarrier } from '../agreement/fold-barrier.js';
import type { FoldProgress } from './progress.js';
import type { FoldTurns } from './fold-turns.js';

/** A state that knows how far it has come. */
export interface PositionedState extends FoldedState {
  advance(topic: string, partition: number, next: bigint): void;
}

/** Where records go that can never be folded. */
export abstract class DeadLetters {
  /** @throws a retryable Failure when the log does not take the letter: the record then comes again. */
  abstract park(record: StoredRecord, why: { readonly code: string; readonly message: string }): Promise<void>;
}

/** How one record ended. `skipped`: the state has it already (a restart reads from a little before its snapshot). */
export type RecordOutcome = FoldOutcome | 'skipped' | 'unreadable' | 'unfoldable';

/** Told about every record and every trouble; keeps the fold free of metrics and logs. */
export interface FoldObserver {
  /** A record is folded next; `end` is called when it was. Null: nobody wants to know. */
  folding?(record: StoredRecord): { end(): void } | null;
  folded(topic: string, outcome: RecordOutcome): void;
  /** One more record of the topic is behind us. */
  progressed(topic: string): void;
  /** A heartbeat of a gateway was folded that was made at this moment, by the gateway's clock. */
  heartbeat?(made: string): void;
  /** An interaction was folded that intake had recorded at this moment. */
  effective(recordedtime: string): void;
  unreadable(record: StoredRecord, rules: readonly string[]): void;
  unfoldable(record: StoredRecord, error: unknown): void;
  /** A paper that the encoder could not turn into a vector; it is folded without one. */
  notEncoded(paperId: string, error: unknown): void;
}

export interface LogFoldParts {
  readonly state: PositionedState;
  readonly encoder: Pick<PaperEncoder, 'encode'>;
  readonly progress: FoldProgress;
  readonly turns: FoldTurns;
  /** Where the fold has to stand still, for replicas to be compared; absent: nowhere. */
  readonly barrier?: Pick<FoldBarrier, 'before'>;
  readonly deadLetters: DeadLetters;
  readonly observer: FoldObserver;
}

/** The error code of a dead letter whose fold threw something that is not a Failure of ours. */
const UNEXPECTED = 'FOLD_ERROR';

/**
 * Folds batches of the log into the state, each record exactly once.
 *
 * The state's own positions say what it contains: a record below them is skipped, and each record and the position after it move
 * in the same synchronous step, so that a snapshot taken between any two records is whole. Nothing here trusts what the broker
 * remembers of us.
 *
 * A record that cannot be read is counted and passed over: the archive in ingest reads the same bytes with the same schemas and parks
 * it, and one letter is enough. A record that reads well and makes the fold throw is known to us alone, so it is parked from here,
 * under an id made of its position: the letters of several replicas collapse into one. Neither ever stops the partition.
 */
export class LogFold {
  constructor(private readonly parts: LogFoldParts) {}

  /** Handler of the subscription. @throws only what may pass: the dead letters could not be written. */
  async handle(batch: Batch): Promise<void> {
    const { topic, partition, records } = batch;
    const from = this.parts.progress.of(topic, partition);
    const fresh = records.filter(({ offset }) => offset >= from);
    for (let skipped = records.length - fresh.length; skipped > 0; skipped -= 1) this.parts.observer.folded(topic, 'skipped');
    await (topic === topics.papers.name ? this.foldPapers(fresh) : this.foldEach(fresh));
  }

  private async foldEach(records: readonly StoredRecord[]): Promise<void> {
    for (const record of records) await this.foldOne(record, decodeRecord(record), null);
  }

  private async foldPapers(records: readonly StoredRecord[]): Promise<void> {
    for (let at = 0; at < records.length; at += ENCODE_BATCH) {
      const chunk = records.slice(at, at + ENCODE_BATCH).map((record) => ({ record, decoded: decodeRecord(record) }));
      const papers = chunk.flatMap(({ decoded }) => (decoded.kind === 'paper' ? [decoded.paper] : []));
      const vectors = await encodeEach(this.parts.encoder, papers, (id, error) => this.parts.observer.notEncoded(id, error));
      for (const { record, decoded } of chunk)
        await this.foldOne(record, decoded, decoded.kind === 'paper' ? (vectors.shift() ?? null) : null);
      if (this.parts.turns.over()) await this.parts.turns.rest();
    }
  }

  private async foldOne(record: StoredRecord, decoded: Decoded, vector: Float32Array | null): Promise<void> {
    const { state, observer, progress, turns } = this.parts;
    const wait = this.barred(record);
    if (wait !== undefined) await this.pastBarrier(record, wait);
    const span = observer.folding?.(record) ?? null;
    const outcome = this.apply(record, decoded, vector);
    if (outcome.name === 'unfoldable') await this.parts.deadLetters.park(record, lettered(outcome.error));
    state.advance(record.topic, record.partition, record.offset + 1n);
    observer.folded(record.topic, outcome.name);
    if (decoded.kind === 'interaction' && outcome.name === 'applied') {
      observer.effective(decoded.event.recordedtime);
      if (isHeartbeat(decoded.event)) observer.heartbeat?.(decoded.event.time);
    }
    observer.progressed(record.topic);
    progress.reached(record.topic, record.partition, record.offset + 1n);
    span?.end();
    if (turns.over()) await turns.rest();
  }

  private barred({ topic, partition, offset }: StoredRecord): Promise<void> | undefined {
    return this.parts.barrier?.before(topic, partition, offset);
  }

  /** A barrier may be moved and hold the same record again. */
  private async pastBarrier(record: StoredRecord, first: Promise<void>): Promise<void> {
    for (let wait: Promise<void> | undefined = first; wait !== undefined; wait = this.barred(record)) await wait;
  }

  private apply(record: StoredRecord, decoded: Decoded, vector: Float32Array | null): Applied {
    if (decoded.kind === 'unreadable') {
      this.parts.observer.unreadable(
        record,
        decoded.problems.map(({ field, rule }) => `${field}: ${rule}`),
      );
      return { name: 'unreadable' };
    }
    try {
      return { name: foldDecoded(this.parts.state, decoded, vector) };
    } catch (error) {
      this.parts.observer.unfoldable(record, error);
      return { name: 'unfoldable', error };
    }
  }
}

/** An event that gateways send to time its way: about a paper that nobody has, so no reader's event is taken for one. */
const isHeartbeat = ({ data }: InteractionEvent): boolean => data.target.id === HEARTBEAT_PAPER && data.target.kind === 'paper';

type Applied = { readonly name: Exclude<RecordOutcome, 'unfoldable'> } | { readonly name: 'unfoldable'; readonly error: unknown };

const lettered = (error: unknown): { readonly code: string; readonly message: string } => ({
  code: error instanceof Failure ? error.code : UNEXPECTED,
  message: (error instanceof Error ? error.message : String(error)).slice(0, 2000),
});
