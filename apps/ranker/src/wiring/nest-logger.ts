import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#telemetry';

/** What Nest has to say, in our log. Its chatter about modules goes to debug. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown, ...context: unknown[]) => logger.debug({ context }, String(message)),
  warn: (message: unknown, ...context: unknown[]) => logger.warn({ context }, String(message)),
  error: (message: unknown, ...context: unknown[]) => logger.error({ context }, String(message)),
});
