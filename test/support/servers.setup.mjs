import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kafkaAvailable, startKafka, stopLeftKafka } from '../../scripts/servers/kafka.mjs';
import { startPostgres, stopLeftPostgres } from '../../scripts/servers/postgres.mjs';

const PREFIX = 'broadsheet-test-';
const libs = fileURLToPath(new URL('../../.data/kafka/libs', import.meta.url));

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A run that was killed could not stop its servers: the next one does. */
const sweepDeadRuns = async () => {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const owner = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!Number.isInteger(owner) || isAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    await Promise.all([stopLeftPostgres(join(folder, 'postgres')), stopLeftKafka(join(folder, 'kafka'))]);
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Starts one PostgreSQL and one Kafka for the whole jest run, in a folder of its own. Tests read TEST_DATABASE_URL and
 * TEST_KAFKA_BROKERS; the latter is '' when this machine has no Java or Maven, and the Kafka suites then report themselves skipped.
 */
export default async () => {
  await sweepDeadRuns();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o755); // the user postgres has to reach its cluster
  /** @type {{ stop: () => Promise<void> }[]} */
  const servers = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  };
  globalThis.stopTestServers = stop;
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])) {
    process.once(signal, () => void stop().finally(() => process.exit(code))); // an interrupted run gets no teardown
  }

  const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
  const kafka = kafkaAvailable({ libs });
  if (!kafka.ok) log(`\nKAFKA TESTS ARE SKIPPED: ${kafka.reason}\n`);
  // Lost on power failure, which a test never sees; a test of durability kills processes, not machines.
  const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const started = await Promise.allSettled([
    startPostgres({ dataDir: join(folder, 'postgres'), settings: fast }),
    // The cleaner runs at once, so that a test of compaction need not wait 15 s for it.
    kafka.ok
      ? startKafka({
          dataDir: join(folder, 'kafka'),
          libs,
          log,
          settings: { 'log.cleaner.backoff.ms': '100', 'log.retention.check.interval.ms': '200', 'log.segment.delete.delay.ms': '100' },
        })
      : null,
  ]);
  for (const outcome of started) if (outcome.status === 'fulfilled' && outcome.value !== null) servers.push(outcome.value);
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [postgres, broker] = started;
  process.env.TEST_DATABASE_URL = postgres.status === 'fulfilled' ? postgres.value.url : '';
  process.env.TEST_KAFKA_BROKERS = broker.status === 'fulfilled' && broker.value !== null ? broker.value.brokers : '';
};
