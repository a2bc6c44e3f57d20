import { Checkpoints } from '#persistence';
import { loadConfig } from '#config';
import { createLogger } from '#telemetry';
import { NoCheckpoints, PostgresCheckpointStore } from '../adapters/checkpoint-stores.js';
import { DryRunSink, LogPaperSink } from '../adapters/log-paper-sink.js';
import type { LoadCommand } from '../cli/command.js';
import { exitCodeOf, goesOnText, RefusalLog, summaryText } from '../cli/load-report.js';
import { ProgressLine } from '../cli/progress-line.js';
import { type Clock, SystemClock } from '../clock.js';
import { makeConnector } from '../connectors/make-connector.js';
import { type CheckpointStore, type PaperSink, runConnector } from '../connectors/run-connector.js';
import { ingestConfigSchema, sourceConfigSchema } from '../ingest.config.js';
import { version } from '../version.js';
import { dataSourceOf, eventLogOf, prepareDatabase, prepareTopics } from './stores.js';

interface Target {
  readonly sink: PaperSink;
  readonly checkpoints: CheckpointStore;
  close(): Promise<void>;
}

/** Log and database, connected and up to date. */
const openTarget = async (clock: Clock): Promise<Target> => {
  const config = loadConfig(ingestConfigSchema);
  const logger = createLogger('ingest', { level: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL });
  const dataSource = dataSourceOf(config);
  const log = eventLogOf(config, logger);
  const close = async (): Promise<void> => {
    await log.close();
    if (dataSource.isInitialized) await dataSource.destroy();
  };
  try {
    await prepareDatabase(dataSource);
    await prepareTopics(log);
  } catch (error) {
    await close();
    throw error;
  }
  return { sink: new LogPaperSink(log, clock), checkpoints: new PostgresCheckpointStore(new Checkpoints(dataSource)), close };
};

const dryTarget = (clock: Clock): Target => ({
  sink: new DryRunSink(clock),
  checkpoints: new NoCheckpoints(),
  close: async () => undefined,
});

/** Reads a source into the log, showing progress. Answers the exit code. */
export const load = async ({ source, restart, dryRun }: LoadCommand): Promise<number> => {
  const clock = new SystemClock();
  const connector = makeConnector(source, loadConfig(sourceConfigSchema), version);
  const target = dryRun ? dryTarget(clock) : await openTarget(clock);
  const stopping = new AbortController();
  const onSignal = (): void => stopping.abort(new Error('stopped by a signal'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);

  const label = `${connector.name} ${connector.scope}`;
  const progress = new ProgressLine(label, process.stderr, () => clock.monotonic());
  const refusals = new RefusalLog();
  const began = clock.monotonic();
  try {
    const later = restart ? null : connector.goesOnFrom(await target.checkpoints.load(connector.name, connector.scope));
    if (later !== null) console.error(goesOnText(label, later));
    const end = await runConnector({
      connector,
      sink: target.sink,
      checkpoints: target.checkpoints,
      restart,
      signal: stopping.signal,
      observer: { progress: (counts, fraction) => progress.show(counts, fraction), refused: (refusal) => refusals.add(refusal) },
    });
    progress.end(end, connector.fraction());
    for (const line of refusals.lines()) console.log(line);
    console.log(summaryText(label, end, (clock.monotonic() - began) / 1000, dryRun));
    if (end.failure !== null) console.error(`${label}: ${end.failure.message}`);
    return exitCodeOf(end);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await target.close();
  }
};
