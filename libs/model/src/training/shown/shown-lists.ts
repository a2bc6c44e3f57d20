import { parseWith, timestampSchema, type EpochMs } from '#contracts';
import { personalFeatureNames } from '#ranking';
import { z } from 'zod';
import type { RankedList } from '../listwise-ranker.js';
import { exportedRows } from './exported-rows.js';

const WIDTH = personalFeatureNames.length;

/** What is read of a row besides its features; `label` is the gain of the best thing that the reader did. */
const rowSchema = z.object({
  request_id: z.string().min(1),
  at: timestampSchema,
  surface: z.string(),
  /** Null for a candidate that was not shown. */
  position: z.int().min(0).nullable(),
  /** 1 where the log tells that the reader saw it. */
  seen: z.int().min(0).max(1),
  label: z.number().min(0),
});
type Row = z.output<typeof rowSchema>;

/** What a reader saw of one page, in the order it was shown in, with what the reader did. */
export interface ShownList extends RankedList {
  readonly at: EpochMs;
}

/** What a file of exported rows held, and the lists that can be learned from. */
export interface ShownRows {
  /** By time. */
  readonly lists: readonly ShownList[];
  readonly rows: number;
  /** For-you pages on which nothing was done: they teach no order. */
  readonly withoutDeed: number;
  /** First and last moment of the lists, RFC 3339. */
  readonly span: { readonly first: string; readonly last: string };
}

/** A file of rows can not be used: names line or row, column and rule. */
export class ExportedRowsError extends Error {}

/**
 * The for-you pages of a file that `replay export --point-in-time` wrote. Rows of other surfaces, and of readers whom another model ranked, have no personal features and are passed over.
 * Candidates that were not shown count as not wanted, and come last in a list. Shown papers that the reader did not see teach nothing. Where the log has no impressions of a page beyond what was taken, a client that sends none is assumed, and all of it counts as seen.
 * @throws {ExportedRowsError} @throws Error the file can not be read, or ends in neither .ndjson, .ndjson.gz nor .parquet.
 */
export const readShownLists = async (path: string): Promise<ShownRows> => {
  const pages = new Map<string, Page>();
  let rows = 0;
  for await (const { row: raw, place } of exportedRows(path)) {
    rows += 1;
    const row = checkedRow(raw, place, path);
    if (row.surface !== 'for-you') continue;
    const features = featuresOf(raw, place, path);
    if (features === null) continue;
    const page = pages.get(row.request_id) ?? { at: Date.parse(row.at), slots: [] };
    page.slots.push({ position: row.position, seen: row.seen === 1, label: row.label, features });
    pages.set(row.request_id, page);
  }
  const lists = [...pages.values()].flatMap((page) => listOf(page) ?? []).sort((a, b) => a.at - b.at);
  const [first, last] = [lists.at(0), lists.at(-1)].map((list) => (list === undefined ? '' : new Date(list.at).toISOString()));
  return { lists, rows, withoutDeed: pages.size - lists.length, span: { first: first!, last: last! } };
};

interface Page {
  readonly at: EpochMs;
  readonly slots: { readonly position: number | null; readonly seen: boolean; readonly label: number; readonly features: Float32Array }[];
}

const checkedRow = (raw: Readonly<Record<string, unknown>>, place: string, path: string): Row => {
  const parsed = parseWith(rowSchema, raw);
  if (parsed.ok) return parsed.value;
  const [{ field, rule, value } = { field: '', rule: 'can not be read', value: '' }] = parsed.problems;
  throw new ExportedRowsError(`${path}, ${place}: ${field} ${value} ${rule}; rows are made by: npm run replay -- export --point-in-time`);
};

/** Null where the page was not ranked by the personal model. @throws {ExportedRowsError} some are missing, or one is no number. */
const featuresOf = (raw: Readonly<Record<string, unknown>>, place: string, path: string): Float32Array | null => {
  const values = personalFeatureNames.map((name) => raw[`f_${name}`]);
  if (values.every((value) => value === null)) return null;
  const odd = values.findIndex((value) => value === null || value === undefined || !Number.isFinite(value));
  // A page of the trending model fills those columns that both models have.
  if (odd >= 0 && values[odd] === null) return null;
  if (odd >= 0)
    throw new ExportedRowsError(
      `${path}, ${place}: f_${personalFeatureNames[odd]} ${JSON.stringify(values[odd]) ?? 'is missing'}: must be a number or null`,
    );
  return Float32Array.from(values as number[]);
};

/** Null where there is nothing to learn: nothing was taken, or everything was. */
const listOf = ({ at, slots }: Page): ShownList | null => {
  const shown = slots.filter(({ position }) => position !== null).sort((a, b) => a.position! - b.position!);
  const hasImpressions = shown.some(({ seen, label }) => seen && label === 0);
  const looked = hasImpressions ? shown.filter((slot) => slot.seen) : shown;
  const seen = [...looked, ...slots.filter(({ position }) => position === null)];
  if (seen.every(({ label }) => label > 0) || seen.every(({ label }) => label === 0)) return null;
  const rows = new Float32Array(seen.length * WIDTH);
  for (const [row, { features }] of seen.entries()) rows.set(features, row * WIDTH);
  return { at, rows, count: seen.length, gains: Float32Array.from(seen, ({ label }) => label) };
};
