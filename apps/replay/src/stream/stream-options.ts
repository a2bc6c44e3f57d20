import { isHeartbeat, type EpochMs, type InteractionEvent } from '#contracts';
import { UsageError } from '../cli/command.js';
import type { AskedRequest } from '../rerank/engine-types.js';
import type { SourceChoice } from './open-stream.js';
import { readWhole } from './selection/moments.js';
import { readRange, type RangeValues } from './selection/range-option.js';
import { isSampled, readSample } from './selection/reader-sample.js';
import { factsOfInteraction, factsOfRequest, namesOf, type WhereOf } from './selection/facts.js';
import { type FactName, readWhere, type Where } from './selection/where.js';
import type { RangeChoice } from './stream-range.js';

/** For `parseOptions`: which records a command is about. */
export const streamOptionSpecs = {
  source: { type: 'string', default: 'log' },
  from: { type: 'string' },
  to: { type: 'string' },
  'recorded-from': { type: 'string' },
  'recorded-to': { type: 'string' },
  last: { type: 'string' },
  positions: { type: 'string' },
  where: { type: 'string' },
  sample: { type: 'string' },
  seed: { type: 'string', default: '1' },
} as const;

export const streamOptionsHelp = `  --source log|archive|file:DIR  where to read: the live log (default), the archive in PostgreSQL, or what export --stream wrote
  --from TIME --to TIME          what happened from then to then, also what came in up to 7 days later; either may be left out
  --recorded-from/--recorded-to  what the log took from then to then
  --last 7d                      what the log took in that time up to now (of a file: up to its newest record); s, m, h, d, w
  --positions FILE.json          {"from": {"topic/partition": "offset"}, "to": {...}}, a run's manifest.json, or the index.json of an exported stream
                                 without any of these: all that is kept. TIME is 2026-11-24 or 2026-11-24T09:30:00Z
  --where EXPR                   only what it holds for: action, surface, topic, paper, trust, client, hour (0 to 23, UTC), arm; == != < <= > >= in && || !
                                 for example "surface == 'for-you' && hour in [8, 9]"
  --sample readers=5%            only this part of the readers, always the same ones for a seed
  --seed N                       (default 1)`;

/** Which records; plain data, so that it can be written to a file and read by another process. */
export interface StreamOptions {
  readonly source: SourceChoice;
  readonly range: RangeChoice;
  /** A condition that `readWhere` takes. */
  readonly where: string | null;
  /** Part of the readers, above 0 and at most 1; null: all. */
  readonly sample: number | null;
  readonly seed: number;
}

export interface StreamValues extends RangeValues {
  readonly source?: string | undefined;
  readonly where?: string | undefined;
  readonly sample?: string | undefined;
  readonly seed?: string | undefined;
}

/** @throws {UsageError} naming the option, its value and the rule. */
export const readStreamOptions = async (values: StreamValues): Promise<StreamOptions> => {
  const { source = 'log', where, sample, seed = '1' } = values;
  if (where !== undefined) readWhere(where); // a condition that can not be meant is told of before anything is opened
  return {
    source: readSource(source),
    range: await readRange(values),
    where: where ?? null,
    sample: sample === undefined ? null : readSample(sample),
    seed: readWhole('--seed', seed, { most: 2 ** 32 - 1 }),
  };
};

const readSource = (text: string): SourceChoice => {
  if (text === 'log' || text === 'archive') return { kind: text };
  if (text.startsWith('file:') && text.length > 'file:'.length) return { kind: 'file', folder: text.slice('file:'.length) };
  throw new UsageError(`--source ${text}: must be log, archive or file:DIR`);
};

/** Whether a moment is one that was asked for. Positions of a range by event time are wider than its times. */
export const isInTime = ({ range }: StreamOptions, at: EpochMs): boolean =>
  range.kind !== 'event' || ((range.from === null || at >= range.from) && (range.to === null || at < range.to));

/** Whether the condition, if there is one, speaks only of what such records can have. */
export const speaksOf = ({ where }: StreamOptions, of: WhereOf): boolean => where === null || foreignNames(where, of).length === 0;

const foreignNames = (where: string, of: WhereOf): readonly FactName[] =>
  [...readWhere(where).names].filter((name) => !namesOf[of].includes(name));

/** @throws {UsageError} it speaks of something that such records never have: it would hold for none, or for all. */
const conditionOf = ({ where }: StreamOptions, of: WhereOf): Where | null => {
  if (where === null) return null;
  const foreign = foreignNames(where, of);
  if (foreign.length === 0) return readWhere(where);
  throw new UsageError(`--where ${JSON.stringify(where)}: a ${ofWords[of]} has no ${foreign.join(', ')}; it has ${namesOf[of].join(', ')}`);
};

const ofWords: Readonly<Record<WhereOf, string>> = {
  served: 'request that was served',
  interactions: 'choice of a reader',
  interaction: 'record of an interaction',
};

const isInSample = ({ sample, seed }: StreamOptions, who: string): boolean => sample === null || isSampled(who, sample, seed);

/**
 * Which requests are kept: those of the times, the condition and the sample. A request without a reader counts as a reader of its own.
 * @param at what a request is made of: an answer that was served, or a choice that a reader made
 * @throws {UsageError} the condition speaks of something that such requests never have.
 */
export const keepOf = (options: StreamOptions, at: 'served' | 'interactions'): ((request: AskedRequest) => boolean) => {
  const where = conditionOf(options, at);
  return (request) =>
    isInTime(options, request.at) &&
    (where === null || where.test(factsOfRequest(request))) &&
    isInSample(options, request.readerRef ?? request.requestId);
};

/** Which interactions are looked at, by the same options: what readers did, and no heartbeats of ours. @throws {UsageError} the condition speaks of something that interactions never have. */
export const keepInteractionOf = (options: StreamOptions): ((event: InteractionEvent) => boolean) => {
  const where = conditionOf(options, 'interaction');
  return (event) =>
    !isHeartbeat(event.data) &&
    isInTime(options, Date.parse(event.time)) &&
    (where === null || where.test(factsOfInteraction(event))) &&
    isInSample(options, event.data.readerRef);
};
