import { z } from 'zod';
import { brokerBlock, brokerRule, databaseBlock, loggingBlock } from '#config';

/** What a retraining reads from and where it leaves what it trained. */
export const retrainConfigSchema = z
  .object({
    ...loggingBlock,
    ...databaseBlock,
    ...brokerBlock,
    MODELS_DIR: z.string().min(1).default('models').describe('Folder with `<name>/<version>/` of each model.'),
  })
  .superRefine(brokerRule);

export type RetrainConfig = Readonly<z.output<typeof retrainConfigSchema>>;
