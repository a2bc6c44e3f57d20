import { join } from 'node:path';
import { z } from 'zod';
import { paperSchema } from '#contracts';
import type { EpochMs } from '#contracts';
import { csvRecords } from './records.js';
import { byTime, happened, paperIdOf, readerRefOf } from './timed.js';
import type { TimedData, TimedEvent, TimedPaper } from './timed.js';

/** Layout of movielens-100k. */
export const filmFiles = ['items.csv.gz', 'interactions.csv.gz'] as const;

const word = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/, 'must be 1 to 60 of A-Z a-z 0-9 . _ -');
const filmSchema = z.object({ item: word, title: z.string().min(1, 'must not be empty'), year: z.string(), genres: z.string() });
const ratingSchema = z.object({
  user: word,
  item: word,
  timestamp: z.string().regex(/^\d{1,10}$/, 'must be whole seconds since 1970'),
});

/**
 * Films as papers (genres as topics, title and genres as text) that all exist before the first rating; every rating, whatever its stars, as the reader's choice of the film.
 * @throws RangeError a row does not fit, or rates a film that is not there.
 */
export const readFilmRatings = async (folder: string, test: string | null): Promise<TimedData> => {
  const [filmsFile, ratingsFile] = filmFiles;
  const films = new Map<string, z.output<typeof filmSchema>>();
  for await (const film of csvRecords(join(folder, filmsFile), filmSchema)) films.set(film.item, film);
  const chosen = new Set<string>();
  const events: TimedEvent[] = [];
  for (const { path, held } of [{ path: join(folder, ratingsFile), held: false }, ...(test === null ? [] : [{ path: test, held: true }])]) {
    for await (const { user, item, timestamp } of csvRecords(path, ratingSchema)) {
      if (!films.has(item)) throw new RangeError(`${path}: user ${user} rated item ${item}, which ${filmsFile} does not have`);
      const pair = `${user} ${item}`;
      if (chosen.has(pair)) continue;
      chosen.add(pair);
      const at = Number(timestamp) * 1000;
      const paper = paperIdOf('film', item);
      events.push({ at, event: happened(pair, at, readerRefOf(user), 'upvote', paper, { on: true }), role: 'choice', paper, held });
    }
  }
  // An event's id is a hash, so it draws a lot. Half of the ratings share their second with others of the same person.
  const ordered = byTime(events.sort((a, b) => (a.event.id < b.event.id ? -1 : 1)));
  return {
    papers: [...films.values()].map((film) => filmAt(ordered[0]?.at ?? 0, film)),
    events: ordered,
    reading: ['every rating counts as a choice, whatever its stars; all films are known from the start; genres are topics; ratings of one second are ordered by lot'],
  };
};

const filmAt = (at: EpochMs, { item, title, year, genres }: z.output<typeof filmSchema>): TimedPaper => {
  const topics = genres.split(' ').filter((genre) => genre !== '');
  const published = /^\d{4}$/.test(year) ? `${year}-01-01` : new Date(at).toISOString().slice(0, 10);
  return { at, paper: paperSchema.parse({ id: paperIdOf('film', item), title, abstract: topics.join(' '), topics, publishedAt: published, source: 'films' }) };
};
