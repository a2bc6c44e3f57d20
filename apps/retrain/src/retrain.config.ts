import type { z } from 'zod';
import { logReaderSchema } from '#config';

/** What a retraining reads from and where it leaves what it trained. */
export const retrainConfigSchema = logReaderSchema;

export type RetrainConfig = Readonly<z.output<typeof retrainConfigSchema>>;
