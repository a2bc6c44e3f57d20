import { join } from 'node:path';
import { z } from 'zod';
import { csvRecords, jsonRecords } from './records.js';

/** What readers may save. Numbers of items are their places in the file. */
export interface LibraryItem {
  readonly id: string;
  readonly title: string;
  readonly abstract: string;
  /** Items linked by citation, as numbers; ids that the file does not hold are left out. */
  readonly cites: readonly number[];
  /** All saves of it are held back elsewhere. */
  readonly cold: boolean;
}

/** Readers and what each saved, ascending item numbers, each once. */
export interface Saves {
  readonly readers: readonly string[];
  readonly items: readonly Int32Array[];
}

export const ITEMS_FILE = 'items.jsonl.gz';
export const SAVES_FILE = 'interactions.csv.gz';

const idSchema = z.union([z.string().min(1), z.number().transform(String)], { error: 'must be text or a number' });
const itemSchema = z.object({
  id: idSchema,
  title: z.string().min(1, 'must not be empty'),
  abstract: z.string().default(''),
  cites: z.array(idSchema).default([]),
  cold: z.boolean().default(false),
});
const saveSchema = z.object({ user: z.string().min(1, 'must not be empty'), item: z.string().min(1, 'must not be empty') });

/** Tags are not read: they exist because people had already saved the item, so a new one has none. @throws RangeError a line does not fit, or an id stands twice. */
export const readItems = async (folder: string): Promise<LibraryItem[]> => {
  const records: z.output<typeof itemSchema>[] = [];
  for await (const record of jsonRecords(join(folder, ITEMS_FILE), itemSchema)) records.push(record);
  const numbers = numbersOf(records);
  if (numbers.size < records.length) throw new RangeError(`${ITEMS_FILE}: an id stands twice among ${records.length} items`);
  return records.map((record, number) => {
    const linked = new Set(record.cites.flatMap((id) => numbers.get(id) ?? []));
    linked.delete(number);
    return { ...record, cites: [...linked] };
  });
};

/** @throws RangeError a row does not fit or names an item that is not there. */
export const readSaves = async (file: string, items: readonly LibraryItem[]): Promise<Saves> => {
  const numbers = numbersOf(items);
  const byReader = new Map<string, Set<number>>();
  for await (const { user, item } of csvRecords(file, saveSchema)) {
    const number = numbers.get(item);
    if (number === undefined) throw new RangeError(`${file}: user ${user} saved item ${item}, which ${ITEMS_FILE} does not have`);
    const saved = byReader.get(user);
    if (saved === undefined) byReader.set(user, new Set([number]));
    else saved.add(number);
  }
  return {
    readers: [...byReader.keys()],
    items: [...byReader.values()].map((saved) => Int32Array.from(saved).sort()),
  };
};

const numbersOf = (items: readonly { readonly id: string }[]): Map<string, number> => new Map(items.map(({ id }, number) => [id, number]));
