import { join } from 'node:path';
import { z } from 'zod';
import type { ActionHistory } from '#model';
import { csvRecords } from './records.js';
import { lotOf } from './timed.js';

/** Layout of a folder of dated choices: `interactions.csv.gz` with user, item, timestamp and perhaps rating. */
export const SEQUENCES_FILE = 'interactions.csv.gz';

/**
 * What one reader chose, oldest first. Choices of one second stand in an order by hash: files tend to be sorted by item there, and a learned model would find that out and be praised for it.
 */
export interface ReaderSequence {
  readonly reader: string;
  /** Numbers of items, each once. */
  readonly items: Int32Array;
  /** How much each choice speaks for its item: the rating, centred and scaled over all ratings; 1 where there are none. */
  readonly strengths: Float32Array;
  /** For each choice, where those of its second end (exclusive). */
  readonly moments: Int32Array;
  /** How many of the last ones are to be judged. */
  readonly judged: number;
}

export interface Sequences {
  readonly readers: readonly ReaderSequence[];
  readonly items: number;
}

const rowSchema = z.object({
  user: z.string().min(1, 'must not be empty'),
  item: z.string().min(1, 'must not be empty'),
  timestamp: z.string().regex(/^\d{1,12}$/, 'must be whole seconds since 1970'),
  rating: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, 'must be a number')
    .optional(),
});

interface Choice {
  readonly item: number;
  readonly at: number;
  readonly rating: number | null;
  readonly held: boolean;
  /** Order among choices of one moment. */
  readonly lot: number;
}

/**
 * @param test a file of held-back rows of the same layout, all judged; without one, the last `judged` choices of each reader with more than that are.
 * @throws RangeError a row does not fit.
 */
export const readSequences = async (folder: string, test: string | null, judged: number): Promise<Sequences> => {
  const numbers = new Map<string, number>();
  const readers = new Map<string, Choice[]>();
  const files = [{ path: join(folder, SEQUENCES_FILE), held: false }, ...(test === null ? [] : [{ path: test, held: true }])];
  for (const { path, held } of files) {
    for await (const row of csvRecords(path, rowSchema)) {
      if (!numbers.has(row.item)) numbers.set(row.item, numbers.size);
      const choices = readers.get(row.user) ?? [];
      readers.set(row.user, choices);
      const item = numbers.get(row.item)!;
      if (!choices.some((choice) => choice.item === item))
        choices.push({ item, at: Number(row.timestamp), rating: row.rating === undefined ? null : Number(row.rating), held, lot: lotOf(`${row.user} ${row.item}`) });
    }
  }
  const ratings = [...readers.values()].flat().flatMap(({ rating }) => rating ?? []);
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / Math.max(1, ratings.length);
  const deviation = Math.sqrt(ratings.reduce((sum, rating) => sum + (rating - mean) ** 2, 0) / Math.max(1, ratings.length)) || 1;
  const strengthOf = ({ rating }: Choice): number => (rating === null ? 1 : (rating - mean) / deviation);
  return {
    items: numbers.size,
    readers: [...readers].map(([reader, choices]) => {
      // Held-back rows are what comes next, whatever their time: nothing before them may know of them.
      const ordered = choices.toSorted((a, b) => Number(a.held) - Number(b.held) || a.at - b.at || a.lot - b.lot);
      const held = ordered.filter((choice) => choice.held).length;
      return {
        reader,
        items: Int32Array.from(ordered, ({ item }) => item),
        strengths: Float32Array.from(ordered, strengthOf),
        moments: momentsOf(ordered),
        judged: test === null ? (ordered.length > judged ? judged : 0) : held < ordered.length ? held : 0,
      };
    }),
  };
};

const momentsOf = (choices: readonly Choice[]): Int32Array => {
  const ends = new Int32Array(choices.length);
  for (let place = choices.length - 1; place >= 0; place -= 1) {
    const [here, next] = [choices[place]!, choices[place + 1]];
    ends[place] = next !== undefined && next.at === here.at && next.held === here.held ? ends[place + 1]! : place + 1;
  }
  return ends;
};

/** What comes before the judged part. */
export const pastOf = ({ items, strengths, moments, judged }: ReaderSequence): ActionHistory => {
  const known = items.length - judged;
  return { items: items.subarray(0, known), strengths: strengths.subarray(0, known), moments: moments.subarray(0, known) };
};
