import { z } from 'zod';
import { deadLetterSchema, feedServedSchema, interactionEventSchema, paperUpsertedSchema } from './events.js';
import { interactionInputSchema } from './interaction.js';
import { paperSchema } from './paper.js';
import { rankAnswerSchema, rankRequestSchema } from './rank.js';

/** Every published schema by file name: `schemas/<name>.json` is generated from here and held in step by a test. */
const published = {
  'paper-upserted': paperUpsertedSchema,
  interaction: interactionEventSchema,
  'feed-served': feedServedSchema,
  'dead-letter': deadLetterSchema,
  paper: paperSchema,
  'interaction-input': interactionInputSchema,
  'rank-request': rankRequestSchema,
  'rank-answer': rankAnswerSchema,
} as const satisfies Record<string, z.ZodType>;

export type PublishedSchema = keyof typeof published;
export const publishedSchemas = Object.keys(published) as readonly PublishedSchema[];

/** JSON Schema (draft 2020-12) of a published record, for producers in other languages. Rules that tie fields together stand in prose in `docs/events.md`. */
export const jsonSchemaOf = (name: PublishedSchema): Record<string, unknown> => ({
  $id: `urn:broadsheet:schema:${name}:1`,
  ...z.toJSONSchema(published[name], { io: 'input', unrepresentable: 'any' }),
});
