import { dirname, join } from 'node:path';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { EpochMs } from '#contracts';
import { csvRecords } from './records.js';

/** Plain, or gzipped with `.gz` after it. */
export const OBSERVATIONS_FILE = 'observations.csv';
export const STORIES_FILE = 'stories.csv';

/** How the votes and comments of one story stood whenever it was seen on the front page. */
export interface StoryReadings {
  readonly id: string;
  /** When it was posted, as far as is known; never after `times[0]`. */
  readonly postedAt: EpochMs;
  /** Ascending, each once. */
  readonly times: Float64Array;
  /** At those times. The few falls of a count are taken as standing still. */
  readonly upvotes: Int32Array;
  readonly comments: Int32Array;
}

export interface FrontPage {
  readonly stories: readonly StoryReadings[];
  /** First and last time that the page was looked at. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const count = z.coerce.number({ error: 'must be a number' }).int('must be whole').min(0, 'must not be below 0');
const moment = z.iso.datetime({ error: 'must be a date and time in UTC' }).transform((text) => Date.parse(text));
const observationSchema = z.object({ observed_at: moment, story_id: z.string().min(1, 'must not be empty'), upvotes: count, comments: count });
const storySchema = z.object({ story_id: z.string().min(1, 'must not be empty'), submitted_est: moment });

/**
 * Reads a folder in the layout of the hn-frontpage data set, and a file of later observations where there is one (the list of their stories may stand beside it).
 * @throws RangeError naming file, line, column and rule.
 */
export const readFrontPage = async (folder: string, later: string | null): Promise<FrontPage> => {
  const readings = new Map<string, Reading[]>();
  for (const file of [await fileIn(folder, OBSERVATIONS_FILE), ...(later === null ? [] : [later])]) {
    for await (const { observed_at, story_id, upvotes, comments } of csvRecords(file, observationSchema)) {
      const reading = { at: observed_at, upvotes, comments };
      const known = readings.get(story_id);
      if (known === undefined) readings.set(story_id, [reading]);
      else known.push(reading);
    }
  }
  const posted = new Map<string, EpochMs>();
  for (const file of [await fileIn(folder, STORIES_FILE), ...(later === null ? [] : [await fileIn(dirname(later), STORIES_FILE)])]) {
    if (await exists(file)) for await (const story of csvRecords(file, storySchema)) posted.set(story.story_id, story.submitted_est);
  }
  return frontPageOf(readings, posted);
};

/** Span of a file of observations. @throws RangeError a row does not fit, or there is none. */
export const spanOf = async (file: string): Promise<{ readonly from: EpochMs; readonly to: EpochMs }> => {
  let [from, to] = [Infinity, -Infinity];
  for await (const { observed_at } of csvRecords(file, observationSchema)) [from, to] = [Math.min(from, observed_at), Math.max(to, observed_at)];
  if (to < from) throw new RangeError(`${file} holds no observation`);
  return { from, to };
};

export interface Reading {
  readonly at: EpochMs;
  readonly upvotes: number;
  readonly comments: number;
}

/** @param posted when stories were posted, where that is known. */
export const frontPageOf = (readings: ReadonlyMap<string, readonly Reading[]>, posted: ReadonlyMap<string, EpochMs>): FrontPage => {
  const estimate = estimatedPosting(readings);
  const stories = [...readings].map(([id, own]) => storyOf(id, own, posted.get(id) ?? estimate(id)));
  return {
    stories,
    from: stories.reduce((first, { times }) => Math.min(first, times[0]!), Infinity),
    to: stories.reduce((last, { times }) => Math.max(last, times.at(-1)!), -Infinity),
  };
};

const storyOf = (id: string, readings: readonly Reading[], postedAt: EpochMs): StoryReadings => {
  const ordered = [...readings].sort((a, b) => a.at - b.at).filter(({ at }, place, all) => at !== all[place - 1]?.at);
  return {
    id,
    postedAt: Math.min(postedAt, ordered[0]!.at),
    times: Float64Array.from(ordered, ({ at }) => at),
    upvotes: neverFalling(ordered.map(({ upvotes }) => upvotes)),
    comments: neverFalling(ordered.map(({ comments }) => comments)),
  };
};

const neverFalling = (counts: readonly number[]): Int32Array => {
  let highest = 0;
  return Int32Array.from(counts, (each) => (highest = Math.max(highest, each)));
};

/** Stories are seen on the front page this long after they were posted, in the median (measured by the data set's README on 98 stories). */
const USUAL_CLIMB_MS = 59 * 60_000;

/**
 * When a story of unknown posting time was posted: numbers of stories grow with time, so not after the first sighting of any greater number, less the usual climb.
 * What is first sighted before a moment says all that this needs at that moment: its own sighting is among them.
 */
const estimatedPosting = (readings: ReadonlyMap<string, readonly Reading[]>): ((id: string) => EpochMs) => {
  const sighted = [...readings].map(([id, own]) => ({ id, number: Number(id), at: own.reduce((first, { at }) => Math.min(first, at), Infinity) }));
  const bounds = new Map<string, EpochMs>();
  let bound = Infinity;
  for (const { id, at } of sighted.filter(({ number }) => Number.isFinite(number)).sort((a, b) => b.number - a.number)) {
    bound = Math.min(bound, at);
    bounds.set(id, bound - USUAL_CLIMB_MS);
  }
  for (const { id, number, at } of sighted) if (!Number.isFinite(number)) bounds.set(id, at - USUAL_CLIMB_MS);
  return (id) => bounds.get(id)!;
};

/** Gzipped where that is there. */
const fileIn = async (folder: string, name: string): Promise<string> => {
  const gzipped = join(folder, `${name}.gz`);
  return (await exists(gzipped)) ? gzipped : join(folder, name);
};

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
