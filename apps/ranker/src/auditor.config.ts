import { z } from 'zod';
import { adminBlock, loggingBlock } from '#config';

/** Settings of `compare --every`: it talks to rankers alone, and needs no store. */
export const auditorConfigSchema = z.object({ ...loggingBlock, ...adminBlock(9030) });
