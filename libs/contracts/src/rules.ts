import type { z } from 'zod';

/** What each kind of value is called by people who send JSON. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** What is counted, for each kind of value that has a length. */
const units: Readonly<Record<string, string>> = { string: 'characters', array: 'entries', set: 'entries', object: 'fields' };

const bound = (origin: string, side: 'least' | 'most', limit: number | bigint): string => {
  const unit = units[origin];
  if (unit === undefined) return `must be at ${side} ${limit}`;
  return side === 'least' && limit === 1 ? 'must not be empty' : `must have at ${side} ${limit} ${unit}`;
};

const either = (branches: readonly (readonly z.core.$ZodIssue[])[]): string => {
  const rules = new Set(branches.flatMap(([first]) => (first === undefined ? [] : [first.message])));
  return rules.size === 0 ? 'is not a value that fits here' : [...rules].join(', or ');
};

/**
 * Says a broken rule in plain words that fit behind the name of the field: `title is required`. Only for rules that have no words of
 * their own in the schema.
 */
export const ruleOf = (issue: z.core.$ZodRawIssue): string => {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'unrecognized_keys':
      return 'is not a known field';
    case 'too_small':
      return bound(issue.origin, 'least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, 'most', issue.maximum);
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'regex' ? 'must have another form' : `must be a ${issue.format.replaceAll('_', ' ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return either(issue.errors);
    default:
      return 'is not a value that fits here';
  }
};

/** For strict objects: says of what an unknown field is none, `is not a field of an interaction`. */
export const noFieldOf =
  (record: string) =>
  (issue: z.core.$ZodRawIssue): string | undefined =>
    issue.code === 'unrecognized_keys' ? `is not a field of ${record}` : undefined;
