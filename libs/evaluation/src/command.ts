import { stat, writeFile } from 'node:fs/promises';
import { dataFolders, fits } from './folders.js';
import type { DataFolder } from './folders.js';
import { OptionProblem, messageOf, readOptions } from './options.js';
import type { EvaluateOptions } from './options.js';
import { taskLoaders } from './registry.js';
import type { TaskLoaders } from './registry.js';
import { reportText } from './report-text.js';
import { taskNames } from './task.js';
import type { EvaluationTask, TaskReport } from './task.js';

/** Where lines go: figures to `print`, progress and problems to `say`. */
export interface CommandOutput {
  print(text: string): void;
  say(line: string): void;
}

/** 2: what was typed, or what a file holds, can not be judged. 4: with `--assert`, a goal was not met. */
export const exitCodes = { done: 0, unusable: 2, goalsUnmet: 4 } as const;

/**
 * `npm run evaluate`: judges the ranking on data sets and prints what came out.
 * @returns the exit code; anything but bad options and unreadable data is thrown.
 */
export const evaluate = async (args: readonly string[], output: CommandOutput, loaders: TaskLoaders = taskLoaders): Promise<number> => {
  try {
    const options = readOptions(args);
    if (options === null) {
      output.print(await helpText(loaders));
      return exitCodes.done;
    }
    const reports = await runAll(options, await plannedRuns(options, loaders), output);
    if (options.out !== null) await writeReports(options.out, reports);
    const unmet = reports.flatMap(({ goals }) => goals.filter(({ met }) => !met));
    if (!options.assert || unmet.length === 0) return exitCodes.done;
    output.say(`${unmet.length} goal(s) not met: ${unmet.map(({ promise }) => promise).join('; ')}`);
    return exitCodes.goalsUnmet;
  } catch (error) {
    // Adapters tell by RangeError that a file does not hold what its layout promises.
    if (!(error instanceof RangeError)) throw error;
    output.say(error.message);
    if (error instanceof OptionProblem) output.say('npm run evaluate -- --help tells what can be asked for');
    return exitCodes.unusable;
  }
};

interface Run {
  readonly task: EvaluationTask;
  readonly folder: DataFolder;
}

const plannedRuns = async (options: EvaluateOptions, loaders: TaskLoaders): Promise<Run[]> => {
  const folders = await dataFolders(options.data);
  const tasks = await loaded(loaders, options);
  const runs = tasks.flatMap((task) => folders.filter((folder) => fits(task, folder)).map((folder) => ({ task, folder })));
  if (runs.length === 0) throw new OptionProblem(`--data ${options.data}: no folder there holds ${tasks.map(needsOf).join('; nor ')}`);
  if (options.test === null) return runs;
  if (runs.length > 1)
    throw new OptionProblem(`--test ${options.test}: --data must be one data set, not ${runs.map(({ folder }) => folder.name).join(', ')}`);
  if (!(await stat(options.test).catch(() => null))?.isFile()) throw new OptionProblem(`--test ${options.test}: there is no such file`);
  return runs;
};

const loaded = async (loaders: TaskLoaders, { tasks }: Pick<EvaluateOptions, 'tasks'>): Promise<EvaluationTask[]> =>
  Promise.all(
    (tasks ?? taskNames.filter((name) => loaders[name] !== undefined)).map((name) => {
      const load = loaders[name];
      if (load === undefined) throw new OptionProblem(`--task ${name}: this build does not have it`);
      return load();
    }),
  );

const needsOf = ({ name, needs, alternatives = [] }: EvaluationTask): string =>
  `${[needs, ...alternatives].map((layout) => layout.join(' and ')).join(', or ')} (${name})`;

const runAll = async ({ test, seeds }: EvaluateOptions, runs: readonly Run[], output: CommandOutput): Promise<TaskReport[]> => {
  const reports: TaskReport[] = [];
  for (const { task, folder } of runs) {
    const report = await task.run({ data: folder.path, test, seeds, say: (line) => output.say(line) });
    output.print(`${reportText(report)}\n`);
    reports.push(report);
  }
  return reports;
};

const writeReports = async (file: string, reports: readonly TaskReport[]): Promise<void> => {
  await writeFile(file, `${JSON.stringify({ reports }, null, 2)}\n`).catch((error: unknown) => {
    throw new OptionProblem(`--out ${file}: can not be written (${messageOf(error)})`);
  });
};

const helpText = async (loaders: TaskLoaders): Promise<string> => {
  const tasks = await loaded(loaders, { tasks: null });
  return `Judges the ranking on data sets: tables, paired differences with 95 % intervals, and whether what was promised was reached.

  npm run evaluate -- --data DIR [--task NAME|all] [--test FILE] [--seed 1,2] [--out FILE.json] [--assert]

  --data DIR    a data set's folder, or a folder of such folders
  --task NAME   one or several, with commas; all (default) runs every task that a folder fits
  --test FILE   held-back rows in the layout of the data set's events, judged instead of a part that the task holds out itself
  --seed N,..   seeds of every random choice (default 1)
  --out FILE    the whole report as JSON
  --assert      exit code 4 when a goal is not met

Tasks, and the files that a folder must hold for each:
${tasks.map((task) => `\n  ${task.name.padEnd(14)}${task.summary}\n${' '.repeat(16)}${[task.needs, ...(task.alternatives ?? [])].map((layout) => layout.join(', ')).join(`\n${' '.repeat(13)}or `)}`).join('')}
`;
};
