import { z } from 'zod';
import { brokerBlock, brokerRule, databaseBlock, loggingBlock, modelsBlock } from './blocks.js';

/** Settings of a command that reads the log or the archive, and the models that ranked. */
export const logReaderSchema = z.object({ ...loggingBlock, ...databaseBlock, ...brokerBlock, ...modelsBlock }).superRefine(brokerRule);
