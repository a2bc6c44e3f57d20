import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '#contracts';
import { createDataSource, ModelRegistry } from '#persistence';
import { builtProgram } from '../../scripts/start/repository.js';
import { ServiceProcess } from '../../scripts/start/service-process.js';
import type { Fleet } from '../../test/faults/fleet/fleet.js';
import { UNFOLDABLE } from '../../test/faults/fleet/unfoldable.js';
import { poisonNames, recordOf } from '../../test/faults/load/poison.js';
import { papersOf } from '../../test/faults/load/sender.js';

export interface Fault {
  readonly name: string;
  /** When it begins, in seconds of a run; a longer run is left alone afterwards. */
  readonly at: number;
  /** Alerts that have to be pending or firing because of it. */
  readonly alerts: readonly string[];
  inject(): Promise<void>;
}

const OUTAGE_MS = 15_000;
/** Writers are told to come again after INTAKE_DEADLINE_MS, so that each of them is told so several times. */
const BROKER_OUTAGE_MS = 50_000;
const READERS = 40;
const EACH_POISON = 40;

/** The version that serves where the registry names none: made here are only later ones. */
const serving = (folder: string): string =>
  readdirSync(folder)
    .filter((each) => /^\d/.test(each) && !each.startsWith('2099'))
    .sort()
    .at(-1)!;

/** A newer version beside the one that serves: as it is, or with a file that is broken in the middle. Out: what it is called. */
const newVersion = (folder: string, day: string, broken: boolean): string => {
  const good = serving(folder);
  const version = `${day}-${good.slice(day.length + 1)}`;
  const made = join(folder, version);
  cpSync(join(folder, good), made, { recursive: true });
  const manifest = join(made, 'manifest.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"version": "${good}"`, `"version": "${version}"`));
  if (broken) {
    const file = join(made, 'model.onnx');
    const bytes = readFileSync(file);
    bytes.fill(0xff, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2));
    writeFileSync(file, bytes);
  }
  return version;
};

/** Records that archive and rankers can not take, each for another reason; the archive refuses a row as a database with a stricter schema would. */
const poison = async (fleet: Fleet): Promise<void> => {
  const papers = await papersOf(fleet.url);
  await fleet.database.query(
    `ALTER TABLE interactions ADD CONSTRAINT faults_refused CHECK (client IS DISTINCT FROM '${UNFOLDABLE}') NOT VALID`,
  );
  try {
    for (const kind of poisonNames)
      await fleet.log.append(
        topics.interactions.name,
        Array.from({ length: EACH_POISON }, (_, index) =>
          recordOf(
            {
              id: `dashboards-${kind.replaceAll(' ', '-')}-${index}`,
              readerRef: `r_${String(index % READERS).padStart(22, '0')}`,
              paperId: papers[index % papers.length]!,
              client: 'dashboards',
            },
            kind,
          ),
        ),
      );
    await sleep(8_000);
  } finally {
    await fleet.database.query('ALTER TABLE interactions DROP CONSTRAINT faults_refused');
  }
};

/** Runs `models VERB ...` as an operator does, on the models of this fleet. */
const models = async (fleet: Fleet, say: (line: string) => void, ...args: readonly string[]): Promise<void> => {
  const { broker, brokers, databaseUrl } = { broker: 'kafka', brokers: fleet.stores.brokers, databaseUrl: fleet.stores.directUrl };
  const command = new ServiceProcess(
    {
      name: `models-${args[0]}`,
      program: builtProgram('apps/ranker/src/main'),
      args: ['models', ...args],
      env: { BROKER: broker, KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl, MODELS_DIR: fleet.modelsDir, BROADSHEET_DEV: 'true' },
    },
    { cwd: process.cwd(), logs: join(fleet.modelsDir, '..', 'logs'), say: () => undefined },
  );
  const death = await command.exited;
  if (death.code !== 0) say(`models ${args.join(' ')} ended with ${death.why}: ${death.tail.slice(-2).join(' ')}`);
};

/** Gives a version the part of the live one without a look at it. */
const nameLive = async (fleet: Fleet, name: string, version: string): Promise<void> => {
  const database = await createDataSource({ url: fleet.stores.directUrl, applicationName: 'broadsheet-bench', poolSize: 1 }).initialize();
  try {
    await new ModelRegistry(database).assign({ name, version, role: 'live' });
  } finally {
    await database.destroy();
  }
};

/** What goes wrong in a run, in order. Each ends before the next begins. */
export const faultsOf = (fleet: Fleet, say: (line: string) => void): readonly Fault[] => {
  const [first, second, ingest] = [fleet.rankers[0]!, fleet.rankers[1]!, fleet.ingests[0]!];
  const { database, broker } = fleet.stores;
  const personal = join(fleet.modelsDir, 'personal');
  return [
    {
      name: 'a shadow model is given',
      at: 5,
      alerts: [],
      inject: async () => {
        await models(fleet, say, 'shadow', 'personal', newVersion(personal, '20991230', false));
      },
    },
    {
      name: 'one ranker is paused for 6 s',
      at: 15,
      alerts: [],
      inject: async () => {
        second.pause();
        await sleep(6_000);
        second.resume();
      },
    },
    {
      name: `the database is away for ${OUTAGE_MS / 1000} s`,
      at: 30,
      alerts: [],
      inject: async () => {
        await database.proxy.down();
        await sleep(OUTAGE_MS);
        await database.proxy.up();
      },
    },
    {
      name: `the broker is away for ${BROKER_OUTAGE_MS / 1000} s`,
      at: 55,
      alerts: ['LogAppendsFail'],
      inject: async () => {
        await broker.proxy.down();
        await sleep(BROKER_OUTAGE_MS);
        await broker.proxy.up();
      },
    },
    { name: 'records that nobody can take', at: 120, alerts: ['DeadLettersArrive'], inject: () => poison(fleet) },
    {
      name: 'a model file that is broken goes live',
      at: 135,
      alerts: ['ModelLoadFails'],
      inject: async () => {
        const damaged = newVersion(personal, '20991231', true);
        // The command would refuse it: the registry names it, as when a replica has a damaged copy.
        await nameLive(fleet, 'personal', damaged);
        await sleep(10_000);
        await models(fleet, say, 'promote', 'personal', serving(personal));
      },
    },
    {
      name: 'a ranker is killed and back after 20 s',
      at: 155,
      alerts: ['ServiceDown'],
      inject: async () => {
        await first.kill();
        await sleep(20_000);
        first.start();
        await first.ready();
      },
    },
    {
      name: 'both rankers stand still for 15 s',
      at: 185,
      alerts: ['NoUsableRanker', 'FeedsDegraded'],
      inject: async () => {
        for (const ranker of [first, second]) ranker.pause();
        await sleep(OUTAGE_MS);
        for (const ranker of [first, second]) ranker.resume();
      },
    },
    {
      name: `ingest is away for ${OUTAGE_MS / 1000} s`,
      at: 205,
      alerts: ['NoUsableIngest'],
      inject: async () => {
        await ingest.kill();
        await sleep(OUTAGE_MS);
        ingest.start();
        await ingest.ready();
      },
    },
    {
      name: 'what was parked is redriven',
      at: 225,
      alerts: [],
      inject: async () => {
        const death = await fleet.command('redrive', ['dead-letters', 'redrive', '--class', 'ARCHIVE_REJECTED']).exited;
        if (death.code !== 0) say(`redrive ended with ${death.why}: ${death.tail.slice(-2).join(' ')}`);
      },
    },
  ];
};
