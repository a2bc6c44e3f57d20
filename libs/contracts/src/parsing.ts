import type { z } from 'zod';
import { ruleOf } from './rules.js';

/** One broken rule of one field: `field` is a JSON-path like `data.target.id`, `value` a short rendering of what was sent. */
export interface Problem {
  readonly field: string;
  readonly rule: string;
  readonly value?: string;
}

/** What a parser at a boundary answers: the typed value, or every problem found. It never throws. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

const MAX_VALUE_CHARS = 80;

/** Renders an offending value for an error message: JSON, cut, so that a large or hostile value cannot flood a log or an answer. */
export const renderValue = (value: unknown): string => {
  let text: string;
  try {
    text = value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value);
  } catch {
    text = typeof value;
  }
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)}…` : text;
};

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[key] : undefined), root);

const fieldOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );

/** As many fields as one answer has use for, of a record that may have thousands which nobody knows. */
const MAX_UNKNOWN_FIELDS = 20;

const pathsOf = (issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.slice(0, MAX_UNKNOWN_FIELDS).map((key) => [...issue.path, key]) : [issue.path];

/** Checks `input` against `schema`; on failure names each field, the rule it broke and the value it had. */
export const parseWith = <S extends z.ZodType>(schema: S, input: unknown): Parsed<z.output<S>> => {
  const result = schema.safeParse(input, { error: ruleOf });
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) =>
    pathsOf(issue).map((path) => ({ field: fieldOf(path), rule: issue.message, value: renderValue(valueAt(input, path)) })),
  );
  return { ok: false, problems };
};

/** Parses JSON text, then checks it. Broken JSON is reported as a problem of the field `""`. */
export const parseJsonWith = <S extends z.ZodType>(schema: S, text: string): Parsed<z.output<S>> => {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      problems: [{ field: '', rule: `must be JSON: ${error instanceof Error ? error.message : 'unreadable'}`, value: renderValue(text) }],
    };
  }
  return parseWith(schema, input);
};
