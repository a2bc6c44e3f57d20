import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { paperSchema, parseJsonWith } from '#contracts';
import type { EpochMs, Paper } from '#contracts';
import { linesOf } from './text-lines.js';

/**
 * Reads a folder in the layout of the hf-papers data set: `papers.jsonl.gz`, `upvote_snapshots.csv.gz`, `submissions.csv.gz`
 * (columns as its README lists them). Whoever has other data in this layout can train on it.
 */
export interface HfPapers {
  /** By listing day, then id. */
  readonly papers: readonly ListedPaper[];
  readonly readings: readonly Reading[];
  readonly submissions: readonly Submission[];
}

/** A paper as it was known on the day it was listed: counts and stars, which were read later, are left out. */
export interface ListedPaper {
  readonly paper: Paper;
  /** Midnight UTC of the listing day. */
  readonly listedAt: EpochMs;
  /** Votes at the newest reading, for judging only. */
  readonly matureUpvotes: number;
  readonly matureAt: EpochMs;
}

/** The number of upvotes that a paper showed at one moment. May fall from one reading to the next. */
export interface Reading {
  readonly paperId: string;
  readonly at: EpochMs;
  readonly upvotes: number;
  readonly source: string;
}

/** Who put a paper on the page, and on which day (midnight UTC). */
export interface Submission {
  readonly user: string;
  readonly paperId: string;
  readonly day: EpochMs;
}

const rowSchema = z.object({
  id: z.string(),
  title: z.string(),
  abstract: z.string(),
  authors: z.array(z.string()),
  publishedAt: z.string(),
  listedOn: z.iso.date(),
  submitter: z.string().nullish(),
  organization: z.object({ name: z.string().nullish(), fullName: z.string().nullish() }).nullish(),
  keywords: z.array(z.string()).nullish(),
  githubRepo: z.string().nullish(),
  projectPage: z.string().nullish(),
  upvotes: z.number(),
  upvotesAsOf: z.string(),
});
type Row = z.output<typeof rowSchema>;

/** @throws a RangeError that names the file and line when a row does not fit the layout. */
export const readHfPapers = async (data: string): Promise<HfPapers> => {
  const folder = await locate(data);
  const papers = await readPapers(join(folder, 'papers.jsonl.gz'));
  const readings = await readReadings(join(folder, 'upvote_snapshots.csv.gz'));
  return { papers, readings, submissions: await readSubmissions(join(folder, 'submissions.csv.gz')) };
};

/** Papers of another file beside those that are known: `joined` holds both, `ids` are the file's. */
export interface LaterPapers {
  readonly joined: HfPapers;
  readonly ids: ReadonlySet<string>;
}

/**
 * Reads a file of papers in the layout of `papers.jsonl.gz`, with the readings that lie beside it in `upvote_snapshots.csv.gz` or `upvote_snapshots.csv`, where there are any. A paper
 * that is known already is taken from the file.
 * @throws a RangeError that names the file and line when a row does not fit the layout.
 */
export const readLaterPapers = async (path: string, known: HfPapers): Promise<LaterPapers> => {
  const later = await readPapers(path);
  const ids = new Set(later.map(({ paper }) => paper.id as string));
  const readings: Reading[] = [];
  for (const name of ['upvote_snapshots.csv.gz', 'upvote_snapshots.csv']) {
    const beside = join(dirname(path), name);
    if (readings.length === 0 && (await stat(beside).catch(() => null)) !== null) readings.push(...(await readReadings(beside)));
  }
  const papers = [...known.papers.filter(({ paper }) => !ids.has(paper.id)), ...later];
  papers.sort((a, b) => a.listedAt - b.listedAt || (a.paper.id < b.paper.id ? -1 : 1));
  return { joined: { ...known, papers, readings: [...known.readings, ...readings] }, ids };
};

const readPapers = async (path: string): Promise<ListedPaper[]> => {
  const papers: ListedPaper[] = [];
  for await (const { line, number } of linesOf(path)) {
    const parsed = parseJsonWith(rowSchema, line);
    if (!parsed.ok)
      throw new RangeError(`${basename(path)} line ${number}: ${parsed.problems.map(({ field, rule }) => `${field} ${rule}`).join('; ')}`);
    papers.push(listedPaper(parsed.value, number));
  }
  return papers;
};

const readReadings = async (path: string): Promise<Reading[]> => {
  const readings: Reading[] = [];
  for await (const { cells, where } of recordsOf(path, readingColumns)) {
    const at = momentOf(cells.observed_at, where);
    readings.push({ paperId: cells.paper_id, at, upvotes: countOf(cells.upvotes, where), source: cells.source });
  }
  return readings;
};

/**
 * Rows of one file in the layout of `submissions.csv.gz`.
 * @throws a RangeError that names the file and line when a row does not fit the layout.
 */
export const readSubmissions = async (path: string): Promise<Submission[]> => {
  const submissions: Submission[] = [];
  for await (const { cells, where } of recordsOf(path, submissionColumns))
    submissions.push({ user: cells.user, paperId: cells.paper_id, day: momentOf(cells.submitted_on, where) });
  return submissions;
};

/** `data` is the folder itself or its parent. */
const locate = async (data: string): Promise<string> => {
  for (const folder of [data, join(data, 'hf-papers')]) {
    if ((await stat(join(folder, 'papers.jsonl.gz')).catch(() => null)) !== null) return folder;
  }
  throw new RangeError(`neither ${data} nor its folder hf-papers has a papers.jsonl.gz`);
};

const listedPaper = (row: Row, line: number): ListedPaper => {
  const parsed = paperSchema.safeParse({
    id: row.id,
    title: row.title,
    abstract: row.abstract,
    authors: row.authors.filter((author) => author !== '').map((author) => author.slice(0, 300)),
    publishedAt: row.publishedAt,
    listedOn: row.listedOn,
    submitter: row.submitter ?? undefined,
    organization: row.organization?.name ? { name: row.organization.name, fullName: row.organization.fullName ?? undefined } : undefined,
    topics: (row.keywords ?? []).filter((topic) => topic !== '').slice(0, 40),
    githubRepo: linkOrNone(row.githubRepo),
    projectPage: linkOrNone(row.projectPage),
    source: 'hf-papers',
  });
  if (!parsed.success) throw new RangeError(`papers.jsonl.gz line ${line}: ${z.prettifyError(parsed.error)}`);
  const matureAt = momentOf(row.upvotesAsOf, `papers.jsonl.gz line ${line}`);
  return { paper: parsed.data, listedAt: Date.parse(row.listedOn), matureUpvotes: row.upvotes, matureAt };
};

const linkOrNone = (link: string | null | undefined): string | undefined =>
  link &&
  z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .safeParse(link).success
    ? link
    : undefined;

const submissionColumns = ['user', 'paper_id', 'submitted_on'] as const;
const readingColumns = ['paper_id', 'observed_at', 'upvotes', 'source'] as const;

/** Rows of a CSV without quoted cells. Columns are found by their names in the header, so their order and further ones do not matter. */
async function* recordsOf<const Columns extends readonly string[]>(
  path: string,
  columns: Columns,
): AsyncGenerator<{ cells: Record<Columns[number], string>; where: string }> {
  let header: readonly string[] | null = null;
  for await (const { line, number } of linesOf(path)) {
    const where = `${basename(path)} line ${number}`;
    const row = line.split(',');
    if (header === null) {
      const missing = columns.filter((column) => !row.includes(column));
      if (missing.length > 0) throw new RangeError(`${where}: no column ${missing.join(', ')}`);
      header = row;
      continue;
    }
    if (row.length !== header.length) throw new RangeError(`${where}: ${row.length} cells, the header has ${header.length}`);
    yield { cells: Object.fromEntries(header.map((name, at) => [name, row[at]])) as Record<Columns[number], string>, where }; // the header was just checked
  }
}

const momentOf = (cell: string, where: string): EpochMs => {
  const at = Date.parse(cell);
  if (!Number.isFinite(at)) throw new RangeError(`${where}: ${JSON.stringify(cell.slice(0, 40))} is no date`);
  return at;
};

const countOf = (cell: string, where: string): number => {
  const count = Number(cell);
  if (cell === '' || !Number.isInteger(count) || count < 0)
    throw new RangeError(`${where}: ${JSON.stringify(cell.slice(0, 40))} is no count`);
  return count;
};
