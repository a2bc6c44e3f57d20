import type { EpochMs } from '#contracts';
import type { Redrives, RedriveState } from '#persistence';
import { type Letter, parkedOf, type LetterFilter } from './letter.js';
import type { LetterBox } from './letter-box.js';

/** A letter and how far its redrive came; null when none began. */
export interface SurveyedLetter {
  readonly letter: Letter;
  readonly state: RedriveState | null;
}

export type LetterState = 'parked' | 'begun' | 'redriven';

export const stateName = (state: RedriveState | null): LetterState =>
  state === null ? 'parked' : state.doneAt === null ? 'begun' : 'redriven';

/** Letters of one error code, topic and consumer. */
export interface LetterCount {
  readonly code: string;
  readonly topic: string;
  readonly consumer: string;
  /** Waiting: never redriven, or not for certain. */
  readonly parked: number;
  readonly redriven: number;
  /** When the oldest that waits was parked; null when none waits. */
  readonly oldest: EpochMs | null;
}

/** Letters are looked up in the database this many at a time. */
const PAGE = 500;

/** Looks at dead letters and what became of them; changes nothing. */
export class LetterSurvey {
  constructor(
    private readonly box: Pick<LetterBox, 'letters'>,
    private readonly redrives: Pick<Redrives, 'statesOf'>,
  ) {}

  /** Newest first, at most `limit`. */
  async newest(filter: LetterFilter, limit: number): Promise<readonly SurveyedLetter[]> {
    let newest: Letter[] = [];
    for await (const letter of this.box.letters(filter)) {
      newest.push(letter);
      if (newest.length >= 2 * limit + PAGE) newest = newestOf(newest, limit);
    }
    return this.withStates(newestOf(newest, limit));
  }

  async counts(filter: LetterFilter): Promise<readonly LetterCount[]> {
    const counts = new Map<string, LetterCount>();
    let page: Letter[] = [];
    const add = async (): Promise<void> => {
      for (const surveyed of await this.withStates(page)) count(counts, surveyed);
      page = [];
    };
    for await (const letter of this.box.letters(filter)) {
      page.push(letter);
      if (page.length >= PAGE) await add();
    }
    await add();
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  }

  private async withStates(letters: readonly Letter[]): Promise<readonly SurveyedLetter[]> {
    const states = await this.redrives.statesOf(letters.map(parkedOf));
    return letters.map((letter, index) => ({ letter, state: states[index] ?? null }));
  }
}

const newestOf = (letters: readonly Letter[], limit: number): Letter[] =>
  letters.toSorted((a, b) => (a.event.recordedtime < b.event.recordedtime ? 1 : -1)).slice(0, limit);

const count = (counts: Map<string, LetterCount>, { letter, state }: SurveyedLetter): void => {
  const { code, consumer, original } = letter.event.data;
  const key = `${code} ${original.topic} ${consumer}`;
  const { parked, redriven, oldest } = counts.get(key) ?? { parked: 0, redriven: 0, oldest: null };
  const isDone = stateName(state) === 'redriven';
  counts.set(key, {
    code,
    topic: original.topic,
    consumer,
    parked: parked + (isDone ? 0 : 1),
    redriven: redriven + (isDone ? 1 : 0),
    oldest: isDone ? oldest : Math.min(oldest ?? Infinity, Date.parse(letter.event.recordedtime)),
  });
};
