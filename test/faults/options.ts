import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.js';

export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  readonly short: boolean;
  readonly keep: boolean;
  readonly events: number | null;
  readonly seconds: number | null;
  readonly show: 'help' | 'list' | null;
}

/** What was typed can not be meant. */
export class UsageError extends Error {}

export const help = `npm run test:faults -- [scenario ...] [options]

Starts a Broadsheet of its own, harms it, and checks that what was accepted counts exactly once. Without names, all scenarios run.

  --short        small versions, 15 s or less each; scenarios that need the same services share them
  --seed N       which choices chance makes; default 1
  --events N     instead of the scenario's own number
  --seconds N    how long the trouble lasts, instead of the scenario's own
  --keep         keep data and logs (.data/faults/NAME) of a scenario that kept its promises as well
  --list         names and what they do
  --help         this`;

const whole = (name: string, given: string | undefined): number | null => {
  if (given === undefined) return null;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${name} must be a whole number of 1 or more, not ${given}`);
  return number;
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        short: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        seed: { type: 'string' },
        events: { type: 'string' },
        seconds: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** @throws {UsageError} */
export const parseOptions = (args: readonly string[], known: readonly Scenario[]): Options => {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => !known.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no scenario called ${unknown}`);
  return {
    scenarios: positionals.length === 0 ? known : known.filter(({ name }) => positionals.includes(name)),
    seed: whole('seed', values.seed) ?? 1,
    short: values.short,
    keep: values.keep,
    events: whole('events', values.events),
    seconds: whole('seconds', values.seconds),
    show: values.help ? 'help' : values.list ? 'list' : null,
  };
};
