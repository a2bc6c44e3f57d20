import { z } from 'zod';
import { noFieldOf } from './rules.js';
import { eventIdSchema, type PaperId, paperIdSchema, readerRefSchema, surfaceSchema, timestampSchema } from './scalars.js';

/** Actions that set a state: they carry the target value `on`, the last writer wins, and undo is `on: false`. */
export const stateActions = ['upvote', 'save', 'hide', 'follow', 'mute', 'rate', 'seed'] as const;
/** Actions that happened once: they append and cannot be undone. */
export const occurrenceActions = ['impression', 'open', 'outbound', 'dwell', 'share', 'search', 'comment'] as const;
export const actions = [...stateActions, ...occurrenceActions] as const;
export type StateAction = (typeof stateActions)[number];
export type OccurrenceAction = (typeof occurrenceActions)[number];
export type Action = (typeof actions)[number];

/** Named by the heartbeats of gateways and by nothing else: a paper that no source has, so that no ranking moves. */
export const HEARTBEAT_PAPER = 'broadsheet-heartbeat' as PaperId;

export const isStateAction = (action: Action): action is StateAction => (stateActions as readonly Action[]).includes(action);

export const targetKinds = ['paper', 'author', 'topic', 'org', 'reader'] as const;
export type TargetKind = (typeof targetKinds)[number];

const entityId = z
  .string()
  .min(1, 'must not be empty')
  .max(300, 'must have at most 300 characters')
  .refine((id) => !/\p{Cc}/u.test(id), 'must not contain control characters');

export const targetSchema = z.discriminatedUnion(
  'kind',
  [
    z.object({ kind: z.literal('paper'), id: paperIdSchema }),
    z.object({ kind: z.literal('author'), id: entityId }),
    z.object({ kind: z.literal('topic'), id: entityId }),
    z.object({ kind: z.literal('org'), id: entityId }),
    z.object({ kind: z.literal('reader'), id: readerRefSchema }),
  ],
  { error: `must have a kind of ${targetKinds.join(', ')}` },
);
export type Target = z.output<typeof targetSchema>;

/** Which kinds of target each action may point at; an action not named here points at a paper. */
export const targetsOf: Readonly<Record<Action, readonly TargetKind[]>> = {
  upvote: ['paper'],
  save: ['paper'],
  hide: ['paper'],
  follow: ['author', 'topic', 'org', 'reader'],
  mute: ['author', 'topic', 'org', 'reader'],
  rate: ['paper'],
  seed: ['paper', 'topic', 'author', 'org'],
  impression: ['paper'],
  open: ['paper'],
  outbound: ['paper'],
  dwell: ['paper'],
  share: ['paper'],
  search: ['topic'],
  comment: ['paper'],
};

/**
 * What a reader did, without who and when. `value`: stars 1 to 5 for `rate`, seconds for `dwell`; absent otherwise.
 * `search` carries the query as a topic target. Unknown fields are dropped on read (schemas only grow).
 */
const actionFields = {
  action: z.enum(actions, { error: `must be one of ${actions.join(', ')}` }),
  target: targetSchema,
  on: z.boolean('must be true or false').optional(),
  value: z.number('must be a number').optional(),
  sessionId: z.string().min(1).max(64, 'must have at most 64 characters').optional(),
  /** The feed answer this happened on: joins with `feed.served.v1`. */
  requestId: eventIdSchema.optional(),
  position: z.int('must be a whole number').min(0, 'must not be negative').max(10_000, 'must be at most 10000').optional(),
  surface: surfaceSchema.optional(),
  client: z.string().min(1).max(100, 'must have at most 100 characters').optional(),
  /** With `seed` of an author: the reader is that author, whose papers for-you then leaves out. A consumer that does not know the field takes it for a plain seed. */
  self: z.boolean('must be true or false').optional(),
};

export interface ActionRules {
  readonly action: Action;
  readonly target: { readonly kind: TargetKind };
  readonly on?: boolean | undefined;
  readonly value?: number | undefined;
  readonly self?: boolean | undefined;
}

/** The rules that tie fields to the action; shared by what clients send and what the log carries. */
export const checkAction = (data: ActionRules, issue: (path: string[], message: string) => void): void => {
  if (!targetsOf[data.action].includes(data.target.kind))
    issue(['target', 'kind'], `must be ${targetsOf[data.action].join(' or ')} for ${data.action}`);
  if (isStateAction(data.action) && data.on === undefined) issue(['on'], `is required for ${data.action}: true to set, false to undo`);
  if (!isStateAction(data.action) && data.on !== undefined)
    issue(['on'], `is not allowed for ${data.action}: it happened once and cannot be undone`);
  if (data.action === 'rate' && data.on === true && !(data.value !== undefined && data.value >= 1 && data.value <= 5))
    issue(['value'], 'must be 1 to 5 stars for rate');
  if (data.self !== undefined && !(data.action === 'seed' && data.target.kind === 'author'))
    issue(['self'], 'is only allowed for seed of an author: the reader is that author');
  if (data.action === 'dwell' && !(data.value !== undefined && data.value >= 0 && data.value <= 86_400))
    issue(['value'], 'must be 0 to 86400 seconds for dwell');
};

/** `interaction.data` of the log. `trust: server` only for authenticated, rate-capped readers: nothing else moves trending. */
export const interactionDataSchema = z
  .object({ ...actionFields, readerRef: readerRefSchema, trust: z.enum(['server', 'client']) })
  .superRefine((data, context) => {
    checkAction(data, (path, message) => context.addIssue({ code: 'custom', path, message }));
  });
export type InteractionData = z.output<typeof interactionDataSchema>;

/** Whether it is a heartbeat of ours: folded like any other, and nothing that a reader did, so it counts in no statistics of readers. */
export const isHeartbeat = ({ target }: Pick<InteractionData, 'target'>): boolean =>
  target.kind === 'paper' && target.id === HEARTBEAT_PAPER;

/** What a client sends to `POST /v1/interactions`. `id` and `time` are made by the gateway when absent. */
export const interactionInputSchema = z
  .strictObject(
    { id: eventIdSchema.optional(), time: timestampSchema.optional(), readerRef: readerRefSchema.optional(), ...actionFields },
    { error: noFieldOf('an interaction') },
  )
  .superRefine((data, context) => {
    checkAction(data, (path, message) => context.addIssue({ code: 'custom', path, message }));
  });
export type InteractionInput = z.output<typeof interactionInputSchema>;
