import { z } from 'zod';
import { parseJsonWith } from '#contracts';
import { versionPattern } from '#model';
import { scorerNames } from '#ranking';
import { armPattern } from '../cli/models-command.js';
import type { ChangeCommand } from '../models/change-models.js';
import { AdminProblem } from './admin-problem.js';

/** An order by HTTP holds its connection while it waits: so long, and no longer. */
const MOST_WAIT_S = 120;

const version = z.string().regex(versionPattern, 'must be YYYYMMDD-<7 hex>');
const wait = { waitS: z.number().min(0).max(MOST_WAIT_S).default(0) };

/** The body of each order. */
const bodies = {
  promote: z.strictObject({ version, ...wait }),
  shadow: z.strictObject({ version, ...wait }),
  retire: z.strictObject({ version, ...wait }),
  arm: z.strictObject({
    version,
    arm: z.string().regex(armPattern, 'must be 1 to 40 of a-z 0-9 -'),
    share: z.number().gt(0).max(1),
    ...wait,
  }),
  rollback: z.strictObject({ ...wait }),
} as const;
type Verb = keyof typeof bodies;

export interface ModelOrder {
  readonly command: ChangeCommand;
  /** Seconds to wait for the replicas; 0: not at all. */
  readonly waitS: number;
}

const isVerb = (text: string | undefined): text is Verb => text !== undefined && Object.hasOwn(bodies, text);

const unknownRoute = (path: string): AdminProblem =>
  new AdminProblem(404, 'ROUTE_UNKNOWN', `there is nothing at ${path.slice(0, 80)}`, {
    errors: [{ field: 'path', rule: `must be {model}/{order}: ${scorerNames.join(' or ')}, and one of ${Object.keys(bodies).join(', ')}` }],
  });

/**
 * Reads `{model}/{order}` and its JSON.
 * @throws {AdminProblem} what is wrong with it, field by field
 */
export const readOrder = (path: string, body: string): ModelOrder => {
  const [model, verb, ...more] = path.split('/');
  const name = scorerNames.find((scorer) => scorer === model);
  if (name === undefined || !isVerb(verb) || more.length > 0) throw unknownRoute(path);
  const parsed = parseJsonWith(bodies[verb], body === '' ? '{}' : body);
  if (!parsed.ok) {
    const detail = parsed.problems.map(({ field, rule }) => `${field || 'body'} ${rule}`).join('; ');
    throw new AdminProblem(422, 'BODY_INVALID', detail, { errors: parsed.problems });
  }
  const { waitS, ...asked } = parsed.value;
  return { command: { verb, name, ...asked } as ChangeCommand, waitS }; // the schema of the verb has what its command has
};
