import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { demandPapers, loadPapers, SEED_PAPERS } from './papers.js';
import { firstFeed } from './first-feed.js';
import { OptionsProblem, parseOptions, usage, type StartOptions } from './options.js';
import { readerToken } from './reader-tokens.js';
import { builtProgram, repositoryRoot } from './repository.js';
import { ServiceDied } from './service-process.js';
import { System } from './system.js';
import { tour } from './tour.js';

/** 130 is what shells expect of a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;
/** Ctrl-C under `npm start` arrives twice: from the terminal, and passed on by npm. */
const SAME_KEYPRESS_MS = 500;
const FIRST_FEED_LIMIT_MS = 60_000;
const demoReaders = ['demo-reader-1', 'demo-reader-2'];

const say = (line: string): void => {
  console.log(line);
};

/** Seconds since the process began, so that installing and building count. */
const seconds = (): number => performance.now() / 1000;

const simulate = (system: System): void => {
  const service = system.launch({
    name: 'simulated-readers',
    program: builtProgram('scripts/simulate-readers'),
    env: { GATEWAY_URL: system.url, JWT_SHARED_SECRET: system.secrets.tokens },
  });
  // The system does without them, so their end is told and survived.
  void service.exited.then(({ code, why, logFile }) => {
    if (code !== 0) say(`[simulated-readers] ended (${why}), see ${logFile}`);
  });
};

interface Measured {
  readonly secondsToReady: number;
  readonly secondsToFirstFeed: number | null;
  readonly paperId: string;
}

const present = async (system: System, options: StartOptions, measured: Measured): Promise<void> => {
  const demo = await Promise.all(
    demoReaders.map(async (subject) => ({ subject, token: await readerToken(subject, system.secrets.tokens) })),
  );
  say(
    tour({
      url: system.url,
      admins: system.running,
      about: system.stores.about,
      simulated: options.simulate,
      demo,
      ...measured,
      logs: join(resolve(options.dataDir), 'logs'),
    }),
  );
};

/** The feeds go on with the papers they have. */
const reportAndGoOn = (error: unknown): void => {
  console.error(error instanceof Error ? error.message : error);
};

/** Loads papers, measures the first feed, starts the readers, prints the tour. */
const fill = async (system: System, options: StartOptions, papers: readonly string[]): Promise<void> => {
  const secondsToReady = seconds();
  const seed = join(repositoryRoot, SEED_PAPERS);
  let [secondsToFirstFeed, paperId]: [number | null, string] = [null, 'PAPER'];
  if (options.seed && existsSync(seed)) {
    await loadPapers(system, seed);
    paperId = await firstFeed(system.url, FIRST_FEED_LIMIT_MS);
    secondsToFirstFeed = seconds();
  }
  if (options.simulate) simulate(system);
  await present(system, options, { secondsToReady, secondsToFirstFeed, paperId });
  for (const file of papers) await loadPapers(system, file).catch(reportAndGoOn);
};

/** Resolves at the first signal; a second one leaves at once. */
const interrupted = (current: () => System | undefined): Promise<string> =>
  new Promise((done) => {
    let firstAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        done(signal);
        return;
      }
      if (performance.now() - firstAt < SAME_KEYPRESS_MS) return;
      say('leaving at once: the next start clears up');
      current()?.abandon();
      process.exit(EXIT_INTERRUPTED);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });

const stopSystem = async (system: System): Promise<void> => {
  const began = performance.now();
  await system.stop();
  say(`stopped in ${((performance.now() - began) / 1000).toFixed(1)} s`);
};

/** Runs until a signal or the death of a service. Answers the exit code. */
const run = async (options: StartOptions): Promise<number> => {
  const papers = demandPapers(options.papers);
  let system: System | undefined;
  const signal = interrupted(() => system);
  const starting = System.start({ ...options, say });
  const first = await Promise.race([starting, signal]);
  if (typeof first === 'string') {
    say('stopping as soon as what has begun to start can be stopped');
    system = await starting;
    await stopSystem(system);
    return 0;
  }
  system = first;
  try {
    // Filling goes on beside the wait: a signal must not have to wait for 10,000 papers.
    const filling = fill(system, options, papers).then(() => new Promise<never>(() => undefined));
    const end = await Promise.race([signal, system.died, filling]);
    if (typeof end !== 'string') throw new ServiceDied(end);
    say(`\n${end}: stopping`);
    return 0;
  } finally {
    await stopSystem(system);
  }
};

/** The supervisor of `npm start`; scripts/start.mjs has installed and built before. Answers the exit code. */
export const main = async (argv: readonly string[]): Promise<number> => {
  try {
    const options = parseOptions(argv);
    if (options === null) {
      say(usage);
      return 0;
    }
    return await run(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof OptionsProblem) console.error(`\n${usage}`);
    return 1;
  }
};
