import { Failure, HEARTBEAT_PAPER, type InteractionEvent, type Paper } from '#contracts';
import type { Batch, StoredRecord } from '#event-log';
import type { FoldOutcome } from '#ranking';
import { AT, interactionRecord, interactionValue, paperRecord, reader } from '../fixtures/records.js';
import { FoldTurns } from './fold-turns.js';
import { DeadLetters, LogFold, type PositionedState, type RecordOutcome } from './log-fold.js';
import { FoldProgress } from './progress.js';

class LogAway extends Failure {
  readonly code = 'LOG_APPEND';
  readonly retryable = true;
}

/** Keeps letters, after being away for as many calls as a test says. */
class Shelf extends DeadLetters {
  readonly parked: { offset: bigint; code: string }[] = [];
  away = 0;

  override async park(record: StoredRecord, { code }: { readonly code: string }): Promise<void> {
    if (this.away-- > 0) throw new LogAway('away');
    this.parked.push({ offset: record.offset, code });
  }
}

/** A state that writes down what it is told, and throws on the record that a test names. */
class Notebook implements PositionedState {
  readonly notes: string[] = [];
  poison: string | undefined;

  foldPaper(paper: Paper | { readonly id: string; readonly withdrawn: true }, vector: Float32Array | null): FoldOutcome {
    if (paper.id === this.poison) throw new RangeError('poison');
    this.notes.push('withdrawn' in paper ? `withdrawn ${paper.id}` : `paper ${paper.id} ${vector === null ? 'bare' : vector[0]}`);
    return 'applied';
  }

  foldInteraction(event: InteractionEvent): FoldOutcome {
    if (event.id === this.poison) throw new RangeError('poison');
    this.notes.push(event.id);
    return 'applied';
  }

  advance(_topic: string, _partition: number, next: bigint): void {
    this.notes.push(`> ${next}`);
  }
}

const setUp = () => {
  const state = new Notebook();
  const outcomes: RecordOutcome[] = [];
  const troubles: string[] = [];
  const beats: string[] = [];
  const spans: string[] = [];
  const progress = new FoldProgress({}, ['papers.v1', 'interactions.v1']);
  const deadLetters = new Shelf();
  const encoder = {
    refuses: '',
    calls: [] as number[],
    async encode(papers: readonly { readonly title: string }[]): Promise<readonly Float32Array[]> {
      this.calls.push(papers.length);
      if (papers.some(({ title }) => title === this.refuses)) throw new Error('not finite');
      return papers.map(({ title }) => Float32Array.of(Number(title.slice(-1))));
    },
  };
  const fold = new LogFold({
    state,
    encoder,
    progress,
    turns: new FoldTurns(1000, () => performance.now()),
    deadLetters,
    observer: {
      folded: (_topic, outcome) => outcomes.push(outcome),
      progressed: () => undefined,
      effective: () => undefined,
      heartbeat: (made) => beats.push(made),
      folding: ({ offset }) => ({ end: () => spans.push(`${offset} at ${state.notes.at(-1)}`) }),
      unreadable: (_record, rules) => troubles.push(...rules),
      unfoldable: (_record, error) => troubles.push((error as Error).message),
      notEncoded: (paperId) => troubles.push(`no vector: ${paperId}`),
    },
  });
  return { fold, state, outcomes, beats, spans, parked: deadLetters.parked, troubles, progress, deadLetters, encoder };
};

const batch = (...records: readonly StoredRecord[]): Batch => ({
  topic: records[0]!.topic,
  partition: records[0]!.partition,
  records,
  end: records.at(-1)!.offset + 1n,
});

describe('LogFold', () => {
  it('folds each record and moves the position with it, in order', async () => {
    const { fold, state, progress } = setUp();
    await fold.handle(batch(interactionRecord(4), interactionRecord(5), interactionRecord(9)));
    expect(state.notes).toEqual(['event-id-4', '> 5', 'event-id-5', '> 6', 'event-id-9', '> 10']);
    expect(progress.of('interactions.v1', 0)).toBe(10n);
  });

  it('tells when a heartbeat was made that it folded, and takes no other event for one', async () => {
    const { fold, beats } = setUp();
    const about = (id: string, kind: string) =>
      interactionValue('beat', reader('ada'), { action: 'open', target: { kind, id }, on: undefined });
    await fold.handle(batch(interactionRecord(0), interactionRecord(1, reader('ada'), about(HEARTBEAT_PAPER, 'paper'))));
    expect(beats).toEqual([new Date(AT).toISOString()]);
    await fold.handle(batch(interactionRecord(2, reader('ada'), about('broadsheet-heartbeat-too', 'paper'))));
    expect(beats).toHaveLength(1);
  });

  it('ends the span of a record once the record and its position are in the state', async () => {
    const { fold, spans } = setUp();
    await fold.handle(batch(interactionRecord(4), interactionRecord(5)));
    expect(spans).toEqual(['4 at > 5', '5 at > 6']);
  });

  it('skips what the state has already', async () => {
    const { fold, state, outcomes } = setUp();
    await fold.handle(batch(interactionRecord(4), interactionRecord(5)));
    await fold.handle(batch(interactionRecord(4), interactionRecord(5), interactionRecord(6)));
    expect(state.notes.filter((note) => note.startsWith('event'))).toEqual(['event-id-4', 'event-id-5', 'event-id-6']);
    expect(outcomes).toEqual(['applied', 'applied', 'skipped', 'skipped', 'applied']);
  });

  it('passes over a record that cannot be read, and says which rules it broke but not what it said', async () => {
    const { fold, state, outcomes, parked, troubles } = setUp();
    await fold.handle(batch(interactionRecord(0), interactionRecord(1, reader('ada'), 'not JSON, private'), interactionRecord(2)));
    expect(state.notes).toEqual(['event-id-0', '> 1', '> 2', 'event-id-2', '> 3']);
    expect(outcomes).toEqual(['applied', 'unreadable', 'applied']);
    expect(parked).toEqual([]);
    expect(troubles).toHaveLength(1);
  });

  it('parks a record that makes the fold throw, and goes on', async () => {
    const { fold, state, outcomes, parked } = setUp();
    state.poison = 'event-id-1';
    await fold.handle(batch(interactionRecord(0), interactionRecord(1), interactionRecord(2)));
    expect(state.notes).toEqual(['event-id-0', '> 1', '> 2', 'event-id-2', '> 3']);
    expect(outcomes).toEqual(['applied', 'unfoldable', 'applied']);
    expect(parked).toEqual([{ offset: 1n, code: 'FOLD_ERROR' }]);
  });

  it('does not move past a record that it could not park: the batch comes again, and nothing is folded twice', async () => {
    const { fold, state, parked, deadLetters } = setUp();
    state.poison = 'event-id-1';
    deadLetters.away = 1;
    const records = batch(interactionRecord(0), interactionRecord(1), interactionRecord(2));
    await expect(fold.handle(records)).rejects.toThrow(LogAway);
    expect(state.notes).toEqual(['event-id-0', '> 1']);
    await fold.handle(records);
    expect(state.notes).toEqual(['event-id-0', '> 1', '> 2', 'event-id-2', '> 3']);
    expect(parked).toEqual([{ offset: 1n, code: 'FOLD_ERROR' }]);
  });

  it('encodes papers in batches and folds each with its own vector, tombstones between them', async () => {
    const { fold, state, encoder } = setUp();
    await fold.handle(batch(paperRecord(0, 'p1'), paperRecord(1, 'p0', null), paperRecord(2, 'p0', 'broken'), paperRecord(3, 'p2')));
    expect(state.notes).toEqual(['paper p1 1', '> 1', 'withdrawn p0', '> 2', '> 3', 'paper p2 2', '> 4']);
    expect(encoder.calls).toEqual([2]);
  });

  it('folds a paper that cannot be encoded without a vector, and its neighbours with theirs', async () => {
    const { fold, state, encoder, troubles } = setUp();
    encoder.refuses = 'Paper p2';
    await fold.handle(batch(paperRecord(0, 'p1'), paperRecord(1, 'p2'), paperRecord(2, 'p3')));
    expect(state.notes.filter((note) => note.startsWith('paper'))).toEqual(['paper p1 1', 'paper p2 bare', 'paper p3 3']);
    expect(troubles).toEqual(['no vector: p2']);
  });
});
