import { createEventLog, type EventLog } from '#event-log';
import { createDataSource } from '#persistence';
import { createLogger } from '#telemetry';
import type { ReplayConfig } from '../replay.config.js';
import { ArchiveSource } from './sources/archive-source.js';
import { FileSource } from './sources/file-source.js';
import { LogSource } from './sources/log-source.js';
import type { StreamSource } from './stream.js';

/** What `--source` names. */
export type SourceChoice = { readonly kind: 'log' } | { readonly kind: 'archive' } | { readonly kind: 'file'; readonly folder: string };

/** Opens the source; settings are read only where it needs a server. The caller closes it. */
export const openStream = async (choice: SourceChoice, config: () => ReplayConfig): Promise<StreamSource> => {
  if (choice.kind === 'file') return FileSource.open(choice.folder);
  return choice.kind === 'archive' ? openArchive(config()) : new LogSource(openLog(config()));
};

/** A question of bounds may look at every day that was archived. */
const STATEMENT_MS = 300_000;

const openArchive = async ({ DATABASE_URL, DATABASE_POOL_SIZE }: ReplayConfig): Promise<StreamSource> => {
  const dataSource = createDataSource({
    url: DATABASE_URL,
    applicationName: 'broadsheet-replay',
    poolSize: DATABASE_POOL_SIZE,
    statementTimeoutMs: STATEMENT_MS,
    readOnly: true,
  });
  await dataSource.initialize();
  return new ArchiveSource(dataSource);
};

const openLog = ({ BROKER, KAFKA_BROKERS, KAFKA_CLIENT_ID, DATABASE_URL, LOG_LEVEL }: ReplayConfig): EventLog => {
  const logger = createLogger('replay', { level: LOG_LEVEL, destination: process.stderr }); // results go to standard output
  return BROKER === 'kafka'
    ? createEventLog({ broker: 'kafka', brokers: KAFKA_BROKERS, clientId: KAFKA_CLIENT_ID }, { logger })
    : createEventLog({ broker: 'embedded', databaseUrl: DATABASE_URL, readOnly: true }, { logger });
};
