import { parseArgs } from 'node:util';
import type { LetterFilter } from '../dead-letters/letter.js';
import { UsageError } from './usage-error.js';

export interface RedriveCommand {
  readonly verb: 'redrive';
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly limit: number;
}

export interface LookCommand {
  readonly verb: 'list' | 'show' | 'count';
  readonly json: boolean;
  readonly limit: number;
}

export type DeadLettersCommand =
  | ({ readonly name: 'dead-letters'; readonly filter: LetterFilter } & (LookCommand | RedriveCommand))
  | { readonly name: 'help'; readonly about: 'dead-letters' };

const options = {
  class: { type: 'string' },
  topic: { type: 'string' },
  consumer: { type: 'string' },
  id: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const LIST_LIMIT = 50;
const REDRIVE_LIMIT = 10_000;

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2025-10-28`, `2025-10-28T09:30:00Z`, or a time back from now: `90m`, `12h`, `3d`. */
const sinceOf = (text: string, now: number): number => {
  const ago = /^(\d{1,5})([mhd])$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0);
  const time = /^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new UsageError('--since must be a day, a time such as 2025-10-28T09:30:00Z, or 90m, 12h, 3d');
  return time;
};

const limitOf = (text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError('--limit must be a whole number from 1 to 9999999');
  return Number(text);
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error }); // parseArgs throws TypeErrors only
  }
};

type Values = ReturnType<typeof parse>['values'];

const filterOf = ({ class: code, topic, consumer, since }: Values, name: string | undefined, now: number): LetterFilter => ({
  ...(code === undefined ? {} : { code }),
  ...(topic === undefined ? {} : { topic }),
  ...(consumer === undefined ? {} : { consumer }),
  ...(name === undefined ? {} : { name }),
  ...(since === undefined ? {} : { since: sinceOf(since, now) }),
});

/** Reads what stands behind `dead-letters`. @throws {UsageError} */
export const parseDeadLetters = (args: readonly string[], now = Date.now()): DeadLettersCommand => {
  const { values, positionals } = parse(args);
  const [verb, id, ...more] = positionals;
  if (values.help || verb === undefined || verb === 'help') return { name: 'help', about: 'dead-letters' };
  if (more.length > 0 || (id !== undefined && verb !== 'show')) throw new UsageError(`there is no place for ${more[0] ?? id} here`);
  const filter = filterOf(values, id ?? values.id, now);
  switch (verb) {
    case 'redrive':
      if (values.json) throw new UsageError('--json is for list, show and count');
      return {
        name: 'dead-letters',
        verb,
        filter,
        dryRun: values['dry-run'],
        force: values.force,
        limit: limitOf(values.limit, REDRIVE_LIMIT),
      };
    case 'list':
    case 'show':
    case 'count':
      if (values['dry-run'] || values.force) throw new UsageError('--dry-run and --force are for redrive');
      if (verb === 'show' && filter.name === undefined)
        throw new UsageError('show which? give the id of a letter, or TOPIC/PARTITION/OFFSET');
      return { name: 'dead-letters', verb, filter, json: values.json, limit: limitOf(values.limit, LIST_LIMIT) };
    default:
      throw new UsageError(`dead-letters can not ${verb}`);
  }
};
