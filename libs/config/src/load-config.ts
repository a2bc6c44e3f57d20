import type { z } from 'zod';
import { ConfigFailure, type ConfigProblem } from './config.failure.js';
import { nearestName } from './nearest-name.js';
import { shapeOf } from './shape.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names with this prefix are ours, so one that nobody knows is a mistake; other names belong to the machine. */
const OUR_PREFIX = 'BROADSHEET_';
/** Ours, and harmless where a process does not read it: a whole system is often given one environment. */
const knownEverywhere = ['BROADSHEET_DEV'];

const unknownNames = (names: readonly string[], env: Environment): ConfigProblem[] => {
  const known = [...names, ...knownEverywhere];
  return Object.keys(env)
    .filter((name) => name.startsWith(OUR_PREFIX) && !known.includes(name))
    .map((variable) => {
      const near = nearestName(variable, known);
      return {
        variable,
        rule: near === null ? 'is not a setting of this process' : `is not a setting of this process; did you mean ${near}?`,
      };
    });
};

const ruleOf = (issue: z.core.$ZodIssue, variable: string, given: Environment, env: Environment, names: readonly string[]): string => {
  if (issue.code !== 'invalid_type' || given[variable] !== undefined) return issue.message;
  const unread = Object.keys(env).filter((name) => !names.includes(name));
  const near = nearestName(variable, unread);
  return near === null ? 'is required' : `is required; ${near} is set, did you mean that?`;
};

/**
 * Reads and checks the settings of a process. An empty variable counts as unset. Call it once, in `main.ts`.
 *
 * @throws {ConfigFailure} naming every variable that is wrong and the rule it broke, never a value.
 */
export const loadConfig = <S extends z.ZodType>(schema: S, env: Environment = process.env): Readonly<z.output<S>> => {
  const names = Object.keys(shapeOf(schema));
  const given = Object.fromEntries(names.flatMap((name) => (env[name] === undefined || env[name] === '' ? [] : [[name, env[name]]])));
  const unknown = unknownNames(names, env);
  const result = schema.safeParse(given);
  if (result.success && unknown.length === 0) return Object.freeze(result.data as object) as Readonly<z.output<S>>;
  const broken = (result.error?.issues ?? []).map((issue): ConfigProblem => {
    const variable = String(issue.path[0] ?? '');
    return { variable, rule: ruleOf(issue, variable, given, env, names) };
  });
  throw new ConfigFailure([...broken, ...unknown]);
};
