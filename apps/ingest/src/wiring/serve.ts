import { loadConfig } from '#config';
import { createLogger, onShutdown, startAdminServer, startTracing } from '#telemetry';
import { ingestConfigSchema } from '../ingest.config.js';
import { IngestService } from './ingest-service.js';

/** Runs the service until it is told to stop. */
export const serve = async (): Promise<void> => {
  const config = loadConfig(ingestConfigSchema);
  const tracing = await startTracing('ingest', config);
  const logger = createLogger('ingest', { level: config.LOG_LEVEL, tracing });
  const service = new IngestService(config, logger, undefined, tracing);
  const admin = await startAdminServer({
    host: config.HOST,
    port: config.ADMIN_PORT,
    registry: service.registry,
    settled: () => service.settled(),
    readiness: service.readiness.check,
  });
  const shutdown = onShutdown([...service.shutdownSteps(), { name: 'close the admin server', run: () => admin.close() }], logger);
  try {
    await service.start();
  } catch (error) {
    if (service.isStopping) return;
    logger.fatal({ err: error }, 'ingest cannot start');
    await shutdown.begin('start failed', 1);
  }
};
