import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { devSecrets } from '../../scripts/start/dev-secrets.js';
import { withoutLimits } from '../../scripts/start/environment.js';
import { firstFeed } from '../../scripts/start/first-feed.js';
import { demandPapers, loadPapers, SEED_PAPERS } from '../../scripts/start/papers.js';
import { PortBook } from '../../scripts/start/ports.js';
import { repositoryRoot } from '../../scripts/start/repository.js';
import { System } from '../../scripts/start/system.js';

/** The system under measurement: one that this run started, or one that runs already. */
export interface Measured {
  readonly url: URL;
  readonly tokenSecret: string;
  /** Process ids by name (`gateway`, `ranker-0`, `ingest`); empty for a system that somebody else started. */
  readonly pids: ReadonlyMap<string, number>;
  readonly brokers: string | null;
  readonly about: string;
  stop(): Promise<void>;
}

export const measuredOptions = {
  gateway: { type: 'string' },
  'token-secret': { type: 'string' },
  'data-dir': { type: 'string', default: '.data' },
  broker: { type: 'string', default: 'auto' },
  papers: { type: 'string', multiple: true, default: [] as string[] },
  rankers: { type: 'string', default: '1' },
  seconds: { type: 'string', default: '8' },
  connections: { type: 'string', default: '48' },
} as const;

const parse = () => parseArgs({ options: measuredOptions }).values;
export type BenchOptions = ReturnType<typeof parse>;

export const benchOptions = (): BenchOptions => parse();

const startOwn = async (options: BenchOptions, settings: Readonly<Record<string, string>>, folder: string): Promise<Measured> => {
  const files = demandPapers([join(repositoryRoot, SEED_PAPERS), ...options.papers]);
  const system = await System.start({
    broker: options.broker as 'auto',
    port: await new PortBook().take(18_080),
    rankers: Number(options.rankers),
    dataDir: join(options['data-dir'], folder),
    say: (line) => {
      console.log(line);
    },
    settings: { ...withoutLimits, LOG_LEVEL: 'warn', ...settings },
  });
  try {
    for (const file of files) await loadPapers(system, file);
    await firstFeed(system.url, 60_000);
    await sleep(1_000); // what loading left to do, the archive above all, must not be measured
  } catch (error) {
    await system.stop();
    throw error;
  }
  return {
    url: new URL(system.url),
    tokenSecret: system.secrets.tokens,
    pids: new Map(system.running.map(({ name, pid }) => [name, pid])),
    brokers: system.stores.brokers,
    about: system.stores.about,
    stop: () => system.stop(),
  };
};

/** Starts a system with the demo papers, or takes the one of `--gateway`. `settings`: of the services; `folder`: in the data directory, for several at once. */
export const measuredSystem = async (
  options: BenchOptions,
  settings: Readonly<Record<string, string>> = {},
  folder = 'bench',
): Promise<Measured> => {
  if (options.gateway === undefined) return startOwn(options, settings, folder);
  return {
    url: new URL(options.gateway),
    tokenSecret: options['token-secret'] ?? devSecrets(join(resolve(options['data-dir']), 'dev-secrets.json')).tokens,
    pids: new Map(),
    brokers: process.env['KAFKA_BROKERS'] ?? null,
    about: `the system at ${options.gateway}`,
    stop: () => Promise.resolve(),
  };
};
