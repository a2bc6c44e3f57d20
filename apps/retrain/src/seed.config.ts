import { z } from 'zod';
import { loggingBlock } from '#config';
import { retrainConfigSchema } from './retrain.config.js';

/** Copying models asks no store anything. */
export const seedConfigSchema = z.object({ ...loggingBlock, MODELS_DIR: retrainConfigSchema.shape.MODELS_DIR });
