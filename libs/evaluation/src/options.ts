import { parseArgs } from 'node:util';
import { taskNames } from './task.js';
import type { TaskName } from './task.js';

export interface EvaluateOptions {
  /** A data set's folder, or a folder of such folders. */
  readonly data: string;
  /** Null = every task that a folder fits. */
  readonly tasks: readonly TaskName[] | null;
  readonly test: string | null;
  readonly seeds: readonly number[];
  /** File for the whole report as JSON. */
  readonly out: string | null;
  /** Whether an unmet goal fails the run. */
  readonly assert: boolean;
}

/** What was typed can not be done; the message names option, value and rule. */
export class OptionProblem extends RangeError {
  override readonly name = 'OptionProblem';
}

/**
 * Options of the command; null when only help was asked for.
 * @throws {OptionProblem}
 */
export const readOptions = (args: readonly string[]): EvaluateOptions | null => {
  const values = parsed(args);
  if (values.help) return null;
  if (values.data === undefined)
    throw new OptionProblem('--data is missing: it must name the folder of a data set, or a folder of such folders');
  const tasks = values.task === undefined || values.task === 'all' ? null : values.task.split(',').map(taskOf);
  if (values.test !== undefined && tasks?.length !== 1)
    throw new OptionProblem(`--test ${values.test}: --task must name the one task whose held-back rows these are`);
  return {
    data: values.data,
    tasks,
    test: values.test ?? null,
    seeds: values.seed.split(',').map(seedOf),
    out: values.out ?? null,
    assert: values.assert,
  };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        task: { type: 'string' },
        test: { type: 'string' },
        seed: { type: 'string', default: '1' },
        out: { type: 'string' },
        assert: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new OptionProblem(messageOf(error));
  }
};

/** Asked by shape: an error of the platform need not be of this realm's `Error`. */
export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

const taskOf = (name: string): TaskName => {
  const task = taskNames.find((known) => known === name);
  if (task === undefined) throw new OptionProblem(`--task ${name}: must be all or one of ${taskNames.join(', ')}`);
  return task;
};

const seedOf = (text: string): number => {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(seed) || seed < 0)
    throw new OptionProblem(`--seed ${text}: must be whole numbers from 0 up, such as 1 or 1,2`);
  return seed;
};
