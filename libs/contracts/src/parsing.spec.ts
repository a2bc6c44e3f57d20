import { z } from 'zod';
import { interactionInputSchema } from './interaction.js';
import { paperSchema } from './paper.js';
import { parseWith } from './parsing.js';

const rulesOf = (schema: z.ZodType, input: unknown): Record<string, string> => {
  const parsed = parseWith(schema, input);
  return parsed.ok ? {} : Object.fromEntries(parsed.problems.map(({ field, rule }) => [field, rule]));
};

describe('a broken rule', () => {
  it.each<{ why: string; schema: z.ZodType; input: unknown; rules: Record<string, string> }>([
    { why: 'what is missing', schema: z.object({ title: z.string() }), input: {}, rules: { title: 'is required' } },
    { why: 'a missing number', schema: z.object({ n: z.int() }), input: {}, rules: { n: 'is required' } },
    { why: 'a number for text', schema: z.object({ title: z.string() }), input: { title: 7 }, rules: { title: 'must be text' } },
    { why: 'null for text', schema: z.object({ title: z.string() }), input: { title: null }, rules: { title: 'must be text' } },
    { why: 'text for a number', schema: z.object({ n: z.number() }), input: { n: '7' }, rules: { n: 'must be a number' } },
    { why: 'a fraction', schema: z.object({ n: z.int() }), input: { n: 7.5 }, rules: { n: 'must be a whole number' } },
    { why: 'text for a list', schema: z.object({ l: z.array(z.string()) }), input: { l: 'a' }, rules: { l: 'must be a list' } },
    { why: 'a list for an object', schema: z.object({}), input: [], rules: { '': 'must be an object' } },
    { why: 'empty text', schema: z.object({ t: z.string().min(1) }), input: { t: '' }, rules: { t: 'must not be empty' } },
    { why: 'long text', schema: z.object({ t: z.string().max(3) }), input: { t: 'abcd' }, rules: { t: 'must have at most 3 characters' } },
    { why: 'a low number', schema: z.object({ n: z.number().min(3) }), input: { n: 2 }, rules: { n: 'must be at least 3' } },
    { why: 'another word', schema: z.object({ w: z.enum(['a', 'b']) }), input: { w: 'c' }, rules: { w: 'must be one of a, b' } },
    {
      why: 'unknown fields, each',
      schema: z.strictObject({}),
      input: { a: 1, b: 2 },
      rules: { a: 'is not a known field', b: 'is not a known field' },
    },
    {
      why: 'neither of two forms',
      schema: paperSchema,
      input: { id: 'a', title: 'T', source: 's', publishedAt: 'soon' },
      rules: { publishedAt: 'must be a day such as 2025-10-28, or must be an RFC 3339 date-time such as 2025-10-28T09:30:00Z' },
    },
    {
      why: 'a paper with nothing in it',
      schema: paperSchema,
      input: {},
      rules: { id: 'is required', title: 'is required', publishedAt: 'is required', source: 'is required' },
    },
    {
      why: 'a field that no interaction has',
      schema: interactionInputSchema,
      input: { action: 'open', target: { kind: 'paper', id: 'a' }, colour: 'red' },
      rules: { colour: 'is not a field of an interaction' },
    },
  ])('is said in plain words: $why', ({ schema, input, rules }) => {
    expect(rulesOf(schema, input)).toEqual(rules);
  });

  it('keeps the words that a schema has for it', () => {
    expect(rulesOf(z.object({ on: z.boolean('must be true or false') }), { on: 'yes' })).toEqual({ on: 'must be true or false' });
  });
});
