import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#telemetry';

/** Sends what Nest has to say to our logger; its start-up chatter is debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug({}, String(message));
  }

  error(message: unknown): void {
    this.logger.error({ err: message instanceof Error ? message : undefined }, String(message));
  }

  warn(message: unknown): void {
    this.logger.warn({}, String(message));
  }
}
