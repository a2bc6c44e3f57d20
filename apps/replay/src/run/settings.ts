import { loadConfig } from '#config';
import { z } from 'zod';
import { replayConfigSchema, type ReplayConfig } from '../replay.config.js';

/** Settings of the servers; asked for only by what needs one. @throws {ConfigFailure} */
export const replayConfig = (): ReplayConfig => loadConfig(replayConfigSchema);

/** Where models are, without asking for servers that may not be needed. @param given what was typed */
export const modelsDirOf = (given: string | null): string =>
  given ?? loadConfig(z.object({ MODELS_DIR: replayConfigSchema.shape.MODELS_DIR })).MODELS_DIR;

/** Where snapshots and the registry of models are, without asking for a broker that may not be needed. @throws {ConfigFailure} */
export const databaseUrl = (): string => loadConfig(z.object({ DATABASE_URL: replayConfigSchema.shape.DATABASE_URL })).DATABASE_URL;
