import type { z } from 'zod';
import { logReaderSchema } from '#config';

/** Where replay reads from. Commands that work on files alone read no setting. */
export const replayConfigSchema = logReaderSchema;

export type ReplayConfig = Readonly<z.output<typeof replayConfigSchema>>;
