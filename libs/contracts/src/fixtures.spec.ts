import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { deadLetterSchema, feedServedSchema, interactionEventSchema, paperUpsertedSchema } from './events.js';
import { intakeAnswerSchema, intakeInteractionsSchema, intakePapersSchema, intakeWithdrawSchema } from './intake.js';
import { actions } from './interaction.js';
import { jsonSchemaOf, publishedSchemas } from './json-schemas.js';
import { parseJsonWith } from './parsing.js';
import { rankAnswerSchema, rankHealthSchema, rankRefusalSchema, rankRequestSchema } from './rank.js';

const root = join(process.cwd(), 'libs/contracts');

/** Fixture names begin with the record they hold: `interaction.upvote.json` is an `interaction`. Old fixtures are never edited: what was written once must always be read. */
const schemaOf: Readonly<Record<string, z.ZodType>> = {
  'paper-upserted': paperUpsertedSchema,
  interaction: interactionEventSchema,
  'feed-served': feedServedSchema,
  'dead-letter': deadLetterSchema,
  'rank-request': rankRequestSchema,
  'rank-answer': rankAnswerSchema,
  'rank-refusal': rankRefusalSchema,
  'rank-health': rankHealthSchema,
  'intake-interactions': intakeInteractionsSchema,
  'intake-papers': intakePapersSchema,
  'intake-withdraw': intakeWithdrawSchema,
  'intake-answer': intakeAnswerSchema,
};

const fixtures = readdirSync(join(root, 'fixtures')).filter((name) => name.endsWith('.json'));
const recordOf = (fixture: string): string => fixture.split('.')[0]!;

describe('golden fixtures', () => {
  it.each(fixtures)('%s is read, and reading it twice changes nothing', (fixture) => {
    const schema = schemaOf[recordOf(fixture)]!;
    const text = readFileSync(join(root, 'fixtures', fixture), 'utf8');
    const first = parseJsonWith(schema, text);
    if (!first.ok) throw new Error(`${fixture}: ${JSON.stringify(first.problems)}`);
    expect(parseJsonWith(schema, JSON.stringify(first.value))).toEqual(first);
    expect(first.value).toMatchObject(JSON.parse(text) as object);
  });

  it('exist for every record', () => {
    expect(new Set(fixtures.map(recordOf))).toEqual(new Set(Object.keys(schemaOf)));
  });

  it.each(actions)('exist for the action %s', (action) => {
    expect(fixtures).toContain(`interaction.${action}.json`);
  });
});

describe('published JSON schemas', () => {
  it.each(publishedSchemas)('%s.json is what the code says (npm run schemas writes it)', (name) => {
    expect(JSON.parse(readFileSync(join(root, 'schemas', `${name}.json`), 'utf8'))).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(name))));
  });
});
