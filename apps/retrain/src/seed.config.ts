import { z } from 'zod';
import { loggingBlock, modelsBlock } from '#config';

/** Copying models asks no store anything. */
export const seedConfigSchema = z.object({ ...loggingBlock, ...modelsBlock });
