import { randomUUID } from 'node:crypto';
import { MAX_ATTEMPTS, redriveHeaders, topics } from '#contracts';
import { type EventLog, InvalidRecordFailure, type NewRecord, type Position, RecordTooLargeFailure } from '#event-log';
import type { PaperArchive, ParkedRecord, Redrives } from '#persistence';
import { type Letter, type LetterFilter, parkedKey, parkedOf, placeOf } from './letter.js';
import type { LetterBox } from './letter-box.js';
import { originalOf, textOf } from './original.js';

/** Why a letter is left as it is. Shown to operators, who can do something about some of them. */
export const leftReasons = {
  gone: 'its bytes are not in the letter, and the log has removed the record',
  superseded: 'a newer record of this paper has replaced it',
  'no-key': 'the record has no key, so no consumer can take it',
  'not-text': 'its bytes are not UTF-8, so no consumer can take it',
  'no-value': 'the record is empty, and its topic has no empty records',
  'not-appendable': 'the log does not take such a record (size, or a NUL character)',
  'given-up': `consumers could not pass it ${MAX_ATTEMPTS} times; --force tries once more`,
} as const;
export type LeftReason = keyof typeof leftReasons;

export type RedriveOutcome = 'redriven' | 'already-redriven' | LeftReason;

export interface RedriveOptions {
  /** Say what would be done and do nothing. */
  readonly dryRun: boolean;
  /** Also what consumers could not pass MAX_ATTEMPTS times. */
  readonly force: boolean;
  /** Most records that are appended again by this run. */
  readonly limit: number;
}

export interface RedriveObserver {
  /** Told once a letter, when what became of it is durable (or, in a dry run, would be). */
  settled(letter: Letter, outcome: RedriveOutcome): void;
}

export interface RedriveParts {
  readonly letters: Pick<LetterBox, 'letters'>;
  readonly log: Pick<EventLog, 'append' | 'read'>;
  readonly redrives: Pick<Redrives, 'begin' | 'finish' | 'statesOf'>;
  readonly papers: Pick<PaperArchive, 'offsetsOf'>;
  readonly observer: RedriveObserver;
}

interface Ready {
  readonly letter: Letter;
  readonly parked: ParkedRecord;
  readonly record: NewRecord;
}

/** Records that are begun, appended and marked together: what a kill in the middle makes the next run append once more. */
const BATCH = 100;

/**
 * Appends parked records to their topics again: the same key, the same bytes, the same event id, and headers that say it is a redrive.
 *
 * Each record is noted in PostgreSQL before it is appended and marked after, so a second run finds nothing to do. A run that dies between
 * the two leaves records that the next run appends again; the guarantee that they count once is the consumers', who know events by their
 * ids. Records of one key keep their order.
 */
export class Redrive {
  private readonly id = randomUUID();

  constructor(private readonly parts: RedriveParts) {}

  /** @returns how many records were appended (or, in a dry run, would be). @throws when log or database fail: a later run goes on. */
  async run(filter: LetterFilter, options: RedriveOptions): Promise<number> {
    let redriven = 0;
    let batch: Letter[] = [];
    for await (const letter of this.parts.letters.letters(filter)) {
      batch.push(letter);
      if (batch.length < BATCH) continue;
      redriven += await this.settle(batch, options, options.limit - redriven);
      batch = [];
      if (redriven >= options.limit) return redriven;
    }
    return redriven + (await this.settle(batch, options, options.limit - redriven));
  }

  private async settle(letters: readonly Letter[], { dryRun, force }: RedriveOptions, room: number): Promise<number> {
    if (letters.length === 0) return 0;
    const ready = (await this.ready(letters, force)).slice(0, room);
    if (dryRun) {
      for (const { letter } of ready) this.parts.observer.settled(letter, 'redriven');
      return ready.length;
    }
    const begun = new Set(
      (
        await this.parts.redrives.begin(
          this.id,
          ready.map(({ parked }) => parked),
        )
      ).map(parkedKey),
    );
    return this.appendAll(ready.filter(({ parked }) => begun.has(parkedKey(parked))));
  }

  private async ready(letters: readonly Letter[], force: boolean): Promise<readonly Ready[]> {
    const states = await this.parts.redrives.statesOf(letters.map(parkedOf));
    const newest = await this.parts.papers.offsetsOf(
      letters.flatMap(({ event: { data } }) => (data.original.topic === topics.papers.name ? (data.original.key ?? []) : [])),
    );
    const ready: Ready[] = [];
    for (const [index, letter] of letters.entries()) {
      const outcome = states[index]?.doneAt ? 'already-redriven' : await this.recordOf(letter, newest, force);
      if (typeof outcome === 'string') this.parts.observer.settled(letter, outcome);
      else ready.push({ letter, parked: parkedOf(letter), record: outcome });
    }
    return ready;
  }

  private async recordOf(letter: Letter, newest: ReadonlyMap<string, bigint>, force: boolean): Promise<NewRecord | LeftReason> {
    const { data } = letter.event;
    if (data.attempts >= MAX_ATTEMPTS && !force) return 'given-up';
    const original = await originalOf(data, this.parts.log);
    if (original === null) return 'gone';
    const { key, value, headers } = original;
    if (key === null || key === '') return 'no-key';
    const isPaper = data.original.topic === topics.papers.name;
    // Appended at the end it would become the newest word on the paper.
    if (isPaper && (newest.get(key) ?? -1n) > BigInt(data.original.offset)) return 'superseded';
    if (value === null && !isPaper) return 'no-value';
    const text = value === null ? null : textOf(value);
    if (value !== null && text === null) return 'not-text';
    return { key, value: text, headers: redriveHeaders(headers, placeOf(parkedOf(letter)), data.attempts) };
  }

  private async appendAll(batch: readonly Ready[]): Promise<number> {
    let redriven = 0;
    for (const [topic, ready] of byTopic(batch)) {
      const appended = await this.append(topic, ready);
      await this.parts.redrives.finish(
        this.id,
        appended.map(({ parked, to }) => ({ ...parked, to })),
      );
      for (const { letter } of appended) this.parts.observer.settled(letter, 'redriven');
      redriven += appended.length;
    }
    return redriven;
  }

  /** An append is refused as a whole for one record that the log does not take; then each is tried alone. */
  private async append(topic: string, ready: readonly Ready[]): Promise<readonly (Ready & { readonly to: Position })[]> {
    try {
      const positions = await this.parts.log.append(
        topic,
        ready.map(({ record }) => record),
      );
      return ready.flatMap((each, index) => (positions[index] === undefined ? [] : [{ ...each, to: positions[index] }]));
    } catch (error) {
      if (!(error instanceof RecordTooLargeFailure || error instanceof InvalidRecordFailure)) throw error;
      const [only] = ready;
      if (only !== undefined && ready.length === 1) {
        this.parts.observer.settled(only.letter, 'not-appendable');
        return [];
      }
      const alone = [];
      for (const each of ready) alone.push(...(await this.append(topic, [each])));
      return alone;
    }
  }
}

const byTopic = (ready: readonly Ready[]): ReadonlyMap<string, readonly Ready[]> => {
  const groups = new Map<string, Ready[]>();
  for (const each of ready) {
    const { topic } = each.parked;
    groups.set(topic, [...(groups.get(topic) ?? []), each]);
  }
  return groups;
};
