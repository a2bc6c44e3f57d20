import { basename } from 'node:path';
import type { z } from 'zod';
import { parseJsonWith, parseWith } from '#contracts';
import { linesOf } from '#model';

/**
 * Objects of a JSON-lines file, checked.
 * @throws RangeError naming file, line, field and rule.
 */
export async function* jsonRecords<T extends z.ZodType>(path: string, schema: T): AsyncGenerator<z.output<T>> {
  for await (const { line, number } of linesOf(path)) {
    const parsed = parseJsonWith(schema, line);
    if (!parsed.ok) throw unfit(path, number, parsed.problems);
    yield parsed.value;
  }
}

/**
 * Rows of a CSV with a header, checked; columns are found by their names, so their order and further ones do not matter.
 * Cells may be quoted (RFC 4180) but hold no line break.
 * @throws RangeError naming file, line, column and rule.
 */
export async function* csvRecords<T extends z.ZodType>(path: string, schema: T): AsyncGenerator<z.output<T>> {
  let header: readonly string[] | null = null;
  for await (const { line, number } of linesOf(path)) {
    const cells = cellsOf(line);
    if (header === null) {
      header = cells;
      continue;
    }
    if (cells.length !== header.length)
      throw new RangeError(`${basename(path)} line ${number}: ${cells.length} cells, the header has ${header.length}`);
    const parsed = parseWith(schema, Object.fromEntries(header.map((name, at) => [name, cells[at]])));
    if (!parsed.ok) throw unfit(path, number, parsed.problems);
    yield parsed.value;
  }
}

const cellsOf = (line: string): string[] => {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
  return cells;
};

const unfit = (path: string, line: number, problems: readonly { readonly field: string; readonly rule: string }[]): RangeError =>
  new RangeError(`${basename(path)} line ${line}: ${problems.map(({ field, rule }) => `${field} ${rule}`).join('; ')}`);
