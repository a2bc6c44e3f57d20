import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type EpochMs, parseJsonWith, positionsSchema } from '#contracts';
import { UsageError } from '../../cli/command.js';
import type { RangeChoice } from '../stream-range.js';
import { readDuration, readMoment } from './moments.js';

export interface RangeValues {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly 'recorded-from'?: string | undefined;
  readonly 'recorded-to'?: string | undefined;
  readonly last?: string | undefined;
  readonly positions?: string | undefined;
}

/** The one way in which a range is given; all that the source has when none is. @throws {UsageError} */
export const readRange = async (values: RangeValues): Promise<RangeChoice> => {
  const given = waysGiven(values);
  if (given.length > 1) throw new UsageError(`${given.join(' and ')}: give a range in one way only`);
  if (values.positions !== undefined) return readPositions(values.positions);
  if (values.last !== undefined) return { kind: 'last', ms: readDuration('--last', values.last) };
  if (given.length === 0) return { kind: 'all' };
  return values.from !== undefined || values.to !== undefined
    ? between('event', ['--from', values.from], ['--to', values.to])
    : between('recorded', ['--recorded-from', values['recorded-from']], ['--recorded-to', values['recorded-to']]);
};

const waysGiven = (values: RangeValues): string[] =>
  [
    values.from !== undefined || values.to !== undefined ? '--from/--to' : null,
    values['recorded-from'] !== undefined || values['recorded-to'] !== undefined ? '--recorded-from/--recorded-to' : null,
    values.last !== undefined ? '--last' : null,
    values.positions !== undefined ? '--positions' : null,
  ].filter((way) => way !== null);

type Given = readonly [option: string, text: string | undefined];

const momentOf = ([option, text]: Given): EpochMs | null => (text === undefined ? null : readMoment(option, text));

const between = (kind: 'event' | 'recorded', begin: Given, end: Given): RangeChoice => {
  const [from, to] = [momentOf(begin), momentOf(end)];
  if (from !== null && to !== null && from >= to) throw new UsageError(`${end[0]} ${end[1]}: must be after ${begin[0]} ${begin[1]}`);
  return { kind, from, to };
};

/** A run's manifest, the index of an exported stream, or a file of one's own: whatever says from where to where. */
const positionsFileSchema = z
  .object({ range: z.object({ from: positionsSchema, to: positionsSchema }) })
  .transform(({ range }) => range)
  .or(z.object({ from: positionsSchema.default({}), to: positionsSchema.default({}) }));

const readPositions = async (path: string): Promise<RangeChoice> => {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`--positions ${path}: can not be read`);
  });
  const parsed = parseJsonWith(positionsFileSchema, text);
  if (!parsed.ok)
    throw new UsageError(
      `--positions ${path}: must be {"from": {"topic/partition": "offset", ...}, "to": {...}}, or a manifest with such a range`,
    );
  return { kind: 'positions', from: parsed.value.from, to: parsed.value.to };
};
