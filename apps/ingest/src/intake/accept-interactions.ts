import { z } from 'zod';
import {
  type EpochMs,
  type IntakeAnswer,
  type IntakeResult,
  intakeInteractionSchema,
  interactionInputSchema,
  type InteractionData,
  MAX_AHEAD_MS,
  MAX_BATCH,
  MAX_LATE_MS,
  parseWith,
  topics,
} from '#contracts';
import type { NewRecord, Position } from '#event-log';
import type { Clock } from '../clock.js';
import { interactionEvent, seal } from '../events/records.js';
import type { IngestMetrics } from '../ingest.metrics.js';
import { Deadline } from './deadline.js';
import type { Claim, IdClaims } from './id-claims.js';
import type { LogWriter, Written } from './log-writer.js';
import { busy, IntakeMessageFailure, late, refused, reused, unavailable } from './refusals.js';

/** The envelope alone: each event is checked by itself, so that one bad event refuses no other. */
const messageSchema = z.object({
  events: z.array(z.unknown()).min(1).max(MAX_BATCH, `must hold at most ${MAX_BATCH} events`),
  budgetMs: z.number().positive().max(60_000),
});

/** The contract's event, strict about unknown fields (an intersection of schemas would let them pass) and about `id` and `time`. */
const eventSchema = z.object({
  ...intakeInteractionSchema.shape,
  input: interactionInputSchema.superRefine(({ id, time }, context) => {
    if (id === undefined) context.addIssue({ code: 'custom', path: ['id'], message: 'is required' });
    if (time === undefined) context.addIssue({ code: 'custom', path: ['time'], message: 'is required' });
  }),
});

/** One event of the batch on its way, with a claim on its id. */
interface Taken {
  readonly kind: 'claimed';
  readonly id: string;
  readonly claim: Exclude<Claim, { kind: 'reused' }>;
  readonly record: NewRecord;
  readonly remarks: Remarks;
}

type Item = { readonly kind: 'refused'; readonly result: IntakeResult } | Taken;

const idOf = (event: unknown): string => {
  const id = (event as { input?: { id?: unknown } } | null)?.input?.id;
  return typeof id === 'string' ? id.slice(0, 64) : '';
};

/** What an event says, apart from when and on which surface: what a retry must repeat. */
const contentOf = ({ action, target, on, value }: InteractionData): string =>
  JSON.stringify([action, target.kind, target.id, on ?? null, value ?? null]);

/** What the client should know of an event that was taken. */
type Remarks = Pick<Extract<IntakeResult, { status: 'accepted' }>, 'adjusted' | 'late'>;

/** `sent` and `stored` are the times of the event, `recorded` is ours. */
const remarksOn = (sent: string, stored: string, recorded: EpochMs): Remarks => {
  if (Date.parse(sent) !== Date.parse(stored)) {
    return { adjusted: { field: 'time', rule: `must be at most ${MAX_AHEAD_MS / 60_000} minutes ahead of our clock`, stored } };
  }
  return recorded - Date.parse(stored) > MAX_LATE_MS ? { late: true } : {};
};

const accepted = (id: string, at: Position, remarks: Remarks): IntakeResult => ({
  ...remarks,
  status: 'accepted',
  id,
  topic: at.topic,
  partition: at.partition,
  offset: at.offset.toString(),
});

/**
 * Takes interactions into the log. Every event of a message gets one answer, in order: `accepted` only when the log has it,
 * `duplicate` when this reader's event of this id was accepted before, `refused` with a code otherwise. What a refused event did to the log is
 * at worst "may be durable", which a retry with the same id makes certain.
 */
export class AcceptInteractions {
  constructor(
    private readonly writer: LogWriter,
    private readonly claims: IdClaims,
    private readonly clock: Clock,
    private readonly metrics: IngestMetrics,
  ) {}

  /** @throws {IntakeMessageFailure} the message is no list of 1 to 1000 events with a budget. */
  async accept(message: unknown): Promise<IntakeAnswer> {
    const parsed = parseWith(messageSchema, message);
    if (!parsed.ok) throw new IntakeMessageFailure(parsed.problems);
    const deadline = new Deadline(parsed.value.budgetMs, this.clock);
    const recorded = this.clock.now();
    const items = parsed.value.events.map((event) => this.item(event, recorded));
    const written = await this.write(items, deadline);
    const results = await this.results(items, written, deadline);
    for (const result of results) this.metrics.intake(topics.interactions.name, result);
    return { results };
  }

  private item(event: unknown, recorded: number): Item {
    const parsed = parseWith(eventSchema, event);
    if (!parsed.ok) {
      const [problem = { field: '', rule: 'is not valid' }] = parsed.problems;
      // Callers know the fields of what they sent, not of our envelope around it.
      return {
        kind: 'refused',
        result: refused(idOf(event), 'INTAKE_INVALID', { ...problem, field: problem.field.replace(/^input\.?/, '') }),
      };
    }
    const { input, readerRef, trust } = parsed.value;
    const { id = '', time = '', readerRef: _claimed, ...action } = input; // both are there: the schema says so
    const data: InteractionData = { ...action, readerRef, trust };
    const stored = interactionEvent(id, time, data, recorded);
    const sealed = seal(readerRef, stored);
    if (!sealed.ok) {
      const code = sealed.problem.field === '' ? 'INTAKE_TOO_LARGE' : 'INTAKE_INVALID';
      return { kind: 'refused', result: refused(id, code, sealed.problem) };
    }
    const claim = this.claims.claim(readerRef, id, contentOf(data));
    return claim.kind === 'reused'
      ? { kind: 'refused', result: reused(id) }
      : { kind: 'claimed', id, claim, record: sealed.record, remarks: remarksOn(time, stored.time, recorded) };
  }

  private async write(items: readonly Item[], deadline: Deadline): Promise<Written> {
    const fresh = items.flatMap((item) =>
      item.kind === 'claimed' && item.claim.kind === 'fresh' ? [{ record: item.record, settle: item.claim.settle }] : [],
    );
    if (fresh.length === 0) return { kind: 'durable', positions: [] };
    const records = fresh.map(({ record }) => record);
    return this.writer.write(topics.interactions.name, records, deadline, (durable) => {
      for (const { settle } of fresh) settle(durable);
    });
  }

  private results(items: readonly Item[], written: Written, deadline: Deadline): Promise<IntakeResult[]> {
    const positions = written.kind === 'durable' ? written.positions.values() : null;
    return Promise.all(
      items.map(async (item): Promise<IntakeResult> => {
        if (item.kind === 'refused') return item.result;
        if (item.claim.kind === 'duplicate') return this.duplicate(item);
        if (item.claim.kind === 'pending') return this.other(item, item.claim.accepted, deadline);
        return this.own(item, written, positions?.next().value);
      }),
    );
  }

  private own({ id, remarks }: Pick<Taken, 'id' | 'remarks'>, written: Written, position: Position | undefined): IntakeResult {
    if (position !== undefined) return accepted(id, position, remarks);
    if (written.kind === 'busy') return busy(id);
    return written.kind === 'late' ? late(id) : unavailable(id);
  }

  /** The same id is on its way by another event: what became of that one decides. */
  private async other(item: Taken, end: Promise<boolean>, deadline: Deadline): Promise<IntakeResult> {
    const outcome = await deadline.race(end, 'late' as const);
    if (outcome === 'late') return late(item.id);
    return outcome ? this.duplicate(item) : unavailable(item.id);
  }

  /** An id that this process knows was written by this process, so the event is not behind what it wrote last for the reader. */
  private duplicate({ id, record }: Taken): IntakeResult {
    const last = this.writer.lastOf(topics.interactions, record.key);
    return last === null
      ? { status: 'duplicate', id }
      : { status: 'duplicate', id, upTo: { topic: last.topic, partition: last.partition, offset: last.offset.toString() } };
  }
}
