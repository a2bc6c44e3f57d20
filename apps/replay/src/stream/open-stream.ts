import { createEventLog, type EventLog } from '#event-log';
import { createLogger } from '#telemetry';
import type { ReplayConfig } from '../replay.config.js';
import { FileSource } from './sources/file-source.js';
import { LogSource } from './sources/log-source.js';
import type { StreamSource } from './stream.js';

/** What `--source` names. */
export type SourceChoice = { readonly kind: 'log' } | { readonly kind: 'archive' } | { readonly kind: 'file'; readonly folder: string };

/** Opens the source; settings are read only where it needs a server. The caller closes it. */
export const openStream = async (choice: SourceChoice, config: () => ReplayConfig): Promise<StreamSource> => {
  if (choice.kind === 'file') return FileSource.open(choice.folder);
  return new LogSource(openLog(config()));
};

const openLog = ({ BROKER, KAFKA_BROKERS, KAFKA_CLIENT_ID, DATABASE_URL, LOG_LEVEL }: ReplayConfig): EventLog => {
  const logger = createLogger('replay', { level: LOG_LEVEL, destination: process.stderr }); // results go to standard output
  return BROKER === 'kafka'
    ? createEventLog({ broker: 'kafka', brokers: KAFKA_BROKERS, clientId: KAFKA_CLIENT_ID }, { logger })
    : createEventLog({ broker: 'embedded', databaseUrl: DATABASE_URL, housekeepingEveryMs: null }, { logger });
};
