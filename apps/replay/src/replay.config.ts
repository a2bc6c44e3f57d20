import { z } from 'zod';
import { brokerBlock, brokerRule, databaseBlock, loggingBlock } from '#config';

/** Where replay reads from. Commands that work on files alone read no setting. */
export const replayConfigSchema = z
  .object({
    ...loggingBlock,
    ...databaseBlock,
    ...brokerBlock,
    MODELS_DIR: z.string().min(1).default('models').describe('Folder with `<name>/<version>/` of each model.'),
  })
  .superRefine(brokerRule);

export type ReplayConfig = Readonly<z.output<typeof replayConfigSchema>>;
