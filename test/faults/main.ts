import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '#ranking';
import { Fleet } from './fleet/fleet.js';
import { help, parseOptions, UsageError, type Options } from './options.js';
import { finding, type Finding, type Scenario } from './scenario.js';
import { scenarios } from './scenarios/all.js';

const root = '.data/faults';
/** A take-over waits for the end of a session: 10 s unless told otherwise, which is most of a short run. */
const shortSessions = { ARCHIVE_SESSION_MS: '3000' };

const print = (line: string): void => {
  console.log(line);
};

/** Runs one scenario on a fleet that is there, and prints a line for each promise. Answers whether all were kept. */
const runOn = async (fleet: Fleet, scenario: Scenario, options: Options): Promise<boolean> => {
  const size = options.short ? scenario.short : scenario.full;
  const began = performance.now();
  const died = fleet.unexpected.length;
  const attempt = scenario.run({
    fleet,
    size: { events: options.events ?? size.events, seconds: options.seconds ?? size.seconds },
    random: seededRandom(options.seed),
    label: `${scenario.name}-${Date.now().toString(36)}`,
    say: (line) => {
      print(`        ${line}`);
    },
  });
  const findings: readonly Finding[] = await attempt.catch((error: unknown) => [
    finding('the scenario runs to its end', error instanceof Error ? (error.stack ?? error.message) : String(error), false),
  ]);
  const deaths = fleet.unexpected.slice(died).map(({ name, why }) => `${name} (${why})`);
  const all = [...findings, finding('no service ends by itself', deaths.join(', ') || '0', deaths.length === 0)];
  for (const { promise, figure, kept } of all) print(`${kept ? 'kept  ' : 'MISSED'}  ${scenario.name}: ${promise}: ${figure}`);
  print(`        ${scenario.name} took ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return all.every(({ kept }) => kept);
};

/** Scenarios that may share a fleet: with `--short` those of one shape; otherwise each has its own. */
const groupsOf = ({ scenarios: chosen, short }: Options): readonly (readonly Scenario[])[] => {
  const groups = new Map<string, Scenario[]>();
  for (const scenario of chosen) {
    const key = short ? JSON.stringify(scenario.shape) : scenario.name;
    groups.set(key, [...(groups.get(key) ?? []), scenario]);
  }
  return [...groups.values()];
};

const runGroup = async (group: readonly Scenario[], options: Options, stopping: AbortSignal): Promise<boolean> => {
  const dataDir = join(root, `${group[0]!.name}-${process.pid}`);
  const began = performance.now();
  const { shape } = group[0]!;
  const settings = options.short ? { ...shortSessions, ...shape.settings } : shape.settings;
  const fleet = await Fleet.start({
    shape: { ...shape, ...(settings === undefined ? {} : { settings }) },
    dataDir,
    seed: options.seed,
    say: print,
  });
  print(
    `        services for ${group.map(({ name }) => name).join(', ')} are ready after ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  let kept = true;
  try {
    for (const scenario of group) {
      if (stopping.aborted) break;
      kept = (await runOn(fleet, scenario, options)) && kept;
    }
  } finally {
    await fleet.stop();
  }
  if (kept && !options.keep) rmSync(dataDir, { recursive: true, force: true });
  else print(`        data and logs: ${dataDir}`);
  return kept;
};

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2), scenarios);
  if (options.show === 'help') print(help);
  if (options.show === 'list') for (const { name, about } of scenarios) print(`${name.padEnd(16)} ${about}`);
  if (options.show !== null) return 0;
  const stopping = new AbortController();
  // Ctrl-C ends after the scenario under way, so that nothing is left running; a second one ends at once.
  process.once('SIGINT', () => {
    print('stopping after this scenario; once more to end at once');
    stopping.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  print(`seed ${options.seed}`);
  let kept = true;
  for (const group of groupsOf(options)) if (!stopping.signal.aborted) kept = (await runGroup(group, options, stopping.signal)) && kept;
  return kept ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\ntry --help` : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
