import { loadConfig } from '#config';
import { createLogger } from '#telemetry';
import { ingestConfigSchema } from '../ingest.config.js';
import { dataSourceOf, eventLogOf, prepareDatabase, prepareTopics } from './stores.js';

/** Brings database and topics up to date. Answers the exit code. */
export const migrateStores = async (): Promise<number> => {
  const config = loadConfig(ingestConfigSchema);
  const logger = createLogger('ingest', { level: config.LOG_LEVEL });
  const dataSource = dataSourceOf(config);
  const log = eventLogOf(config, logger);
  try {
    const migrations = await prepareDatabase(dataSource);
    await prepareTopics(log);
    logger.info({ migrations }, migrations.length === 0 ? 'database and topics were up to date' : 'database and topics are up to date');
    return 0;
  } finally {
    await log.close();
    if (dataSource.isInitialized) await dataSource.destroy();
  }
};
