import { randomUUID } from 'node:crypto';
import {
  hasScope,
  type IntakeInteractions,
  type IntakeResult,
  interactionInputSchema,
  MAX_BATCH,
  MAX_RECORD_BYTES,
  parseWith,
  type Problem,
  type ReaderRef,
  renderValue,
} from '#contracts';
import type { Catalogue } from '../catalogue/catalogue.js';
import { ProblemFailure } from '../errors/problem.failure.js';
import { type Principal, requireClient, requireReader } from '../identity/identify.js';
import type { Intake } from './intake.js';
import type { ReadYourWrites } from './read-your-writes.js';
import { accepted, type RecordResult, refused, type Refusal, intakeUnavailable, rooted } from './results.js';

type Checked = IntakeInteractions['events'][number];
type Taken = Exclude<IntakeResult, { readonly status: 'refused' }>;
/** `timed`: the time is the client's own, so that a retry carries the same. */
type Outcome = { readonly event: Checked; readonly timed: boolean } | { readonly refusal: Refusal };
type Sound = Extract<Outcome, { readonly event: Checked }>;

/** Checks what clients say happened, gives it an id, a time and a reader, and hands it to the log. */
export class InteractionRecorder {
  constructor(
    private readonly intake: Intake,
    private readonly catalogue: Catalogue,
    private readonly writes: ReadYourWrites,
    private readonly onResults: (status: RecordResult['status'], count: number) => void,
  ) {}

  /**
   * A result per event, in input order.
   * @param single the one event is the whole body, so its fields are named without a place in a list
   * @throws {ProblemFailure} for what concerns the whole request: no identity, another reader's name, too many events, no ingest.
   */
  async record(events: readonly unknown[], principal: Principal, single = false): Promise<readonly RecordResult[]> {
    if (events.length === 0)
      throw new ProblemFailure('VALIDATION_FAILED', 'events must hold at least one', {
        errors: [{ field: 'events', rule: 'must hold at least one', value: '[]' }],
      });
    if (events.length > MAX_BATCH) {
      throw new ProblemFailure('BATCH_TOO_LARGE', `events must hold at most ${MAX_BATCH}`, {
        errors: [{ field: 'events', rule: `must hold at most ${MAX_BATCH}`, value: `${events.length} events` }],
      });
    }
    if (principal.reader === undefined) requireClientOrReader(principal);
    refuseOtherReaders(events, principal.reader, single);
    const outcomes = events.map((event) => this.check(event, principal.reader));
    const sound = outcomes.flatMap((outcome) => ('event' in outcome ? [outcome] : []));
    const stored = sound.length === 0 ? [] : await this.store(sound);
    const results = merge(outcomes, stored);
    for (const status of ['accepted', 'duplicate', 'refused'] as const)
      this.onResults(status, results.filter((result) => result.status === status).length);
    return results;
  }

  private async store(sound: readonly Sound[]): Promise<readonly IntakeResult[]> {
    const events = sound.map(({ event }) => event);
    const results = await this.intake.interactions(events).catch((error: unknown) => {
      throw intakeUnavailable(
        events.map(({ input }) => input.id),
        error,
      );
    });
    results.forEach((result, index) => {
      const one = sound[index];
      if (one !== undefined && result.status !== 'refused') this.remember(one, result);
    });
    return results;
  }

  /**
   * What the log took, now or before: the reader's next feed waits for it also when the first answer was lost. A duplicate tells of its hide
   * only when its time is the client's own: one that was stamped here just now would come back over the undo that followed the first.
   */
  private remember({ event: { input, readerRef }, timed }: Sound, result: Taken): void {
    const at = result.status === 'accepted' ? result : result.upTo;
    if (at !== undefined) this.writes.accepted(readerRef, `${at.topic}/${at.partition}`, at.offset);
    if (input.action !== 'hide' || input.target.kind !== 'paper' || !(result.status === 'accepted' || timed)) return;
    const stored = result.status === 'accepted' && result.adjusted?.field === 'time' ? result.adjusted.stored : input.time;
    this.writes.hid(readerRef, input.target.id, input.on === true, Date.parse(stored));
  }

  private check(event: unknown, reader: ReaderRef | undefined): Outcome {
    const parsed = parseWith(interactionInputSchema, event);
    if (!parsed.ok) return { refusal: refusalOf(event, parsed.problems) };
    const { readerRef: named, id = randomUUID(), time = new Date().toISOString(), ...rest } = parsed.value;
    const readerRef = reader ?? named;
    if (readerRef === undefined)
      return {
        refusal: { id, code: 'READER_REQUIRED', errors: [{ field: 'readerRef', rule: 'is required with an API key', value: 'missing' }] },
      };
    const target = this.canonical(rest.target);
    if (target === undefined)
      return {
        refusal: {
          id,
          code: 'PAPER_UNKNOWN',
          errors: [{ field: 'target.id', rule: 'must be the id of a paper that we have', value: JSON.stringify(rest.target.id) }],
        },
      };
    return {
      event: { input: { ...rest, target, id, time }, readerRef, trust: reader === undefined ? 'client' : 'server' },
      timed: parsed.value.time !== undefined,
    };
  }

  private canonical(target: Checked['input']['target']): Checked['input']['target'] | undefined {
    if (target.kind !== 'paper') return target;
    const id = this.catalogue.canonical(target.id);
    return id === undefined ? undefined : { kind: 'paper', id };
  }
}

const requireClientOrReader = (principal: Principal): void => {
  if (principal.client !== undefined && !hasScope(principal.client, 'interactions')) requireClient(principal, 'interactions');
  if (principal.client === undefined) requireReader(principal);
};

/** One event that speaks for somebody else spoils the request: it is a mistake or an attempt, and neither should half succeed. */
const refuseOtherReaders = (events: readonly unknown[], reader: ReaderRef | undefined, single: boolean): void => {
  if (reader === undefined) return;
  const errors = events.flatMap((event, index): Problem[] => {
    const named = event !== null && typeof event === 'object' && 'readerRef' in event ? event.readerRef : undefined;
    return named === undefined || named === reader
      ? []
      : [
          {
            field: single ? 'readerRef' : `events[${index}].readerRef`,
            rule: 'must be absent, or the reader of the token',
            value: renderValue(named),
          },
        ];
  });
  if (errors.length > 0)
    throw new ProblemFailure('READER_MISMATCH', 'the body names another reader than the token; nothing was stored', {
      errors: errors.slice(0, 20),
    });
};

/** Every field of a sound event is bounded, so only an unsound one can be too large, and only then is it measured. */
const refusalOf = (event: unknown, problems: readonly Problem[]): Refusal => {
  const id = event !== null && typeof event === 'object' && 'id' in event && typeof event.id === 'string' ? event.id.slice(0, 64) : '';
  const bytes = Buffer.byteLength(JSON.stringify(event) ?? '');
  if (bytes > MAX_RECORD_BYTES)
    return {
      id,
      code: 'EVENT_TOO_LARGE',
      errors: [
        { field: problems[0]?.field || 'event', rule: `the event must have at most ${MAX_RECORD_BYTES} bytes`, value: `${bytes} bytes` },
      ],
    };
  return { id, code: 'VALIDATION_FAILED', errors: rooted(problems, 'event').slice(0, 20) };
};

const merge = (outcomes: readonly Outcome[], stored: readonly IntakeResult[]): readonly RecordResult[] => {
  let next = 0;
  return outcomes.map((outcome, index) => {
    if ('refusal' in outcome) return refused(index, outcome.refusal);
    const result = stored[next++];
    if (result === undefined) throw new Error('ingest answered fewer results than events'); // IntakeClient has checked the count
    return accepted(index, result);
  });
};
