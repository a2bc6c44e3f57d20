import type { EpochMs, InteractionEvent } from '#contracts';
import type { AskedRequest } from '../../rerank/engine-types.js';
import type { FactName, Facts } from './where.js';

const hourOf = (at: EpochMs): number => new Date(at).getUTCHours();
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const factsOfInteraction = ({ time, data }: InteractionEvent): Facts => ({
  action: data.action,
  surface: data.surface ?? null,
  topic: data.target.kind === 'topic' ? data.target.id : null,
  paper: data.target.kind === 'paper' ? data.target.id : null,
  trust: data.trust,
  client: data.client ?? null,
  hour: hourOf(Date.parse(time)),
});

/** What a condition can be about: a request that was served, one that stands for a choice (`--at interactions`), or the record of an interaction. */
export type WhereOf = 'served' | 'interactions' | 'interaction';

/** What each can have. `topic` and `paper` of a served request are those that it asked for; `paper` of a choice is what was chosen. */
export const namesOf: Readonly<Record<WhereOf, readonly FactName[]>> = {
  served: ['surface', 'topic', 'paper', 'hour', 'arm'],
  interactions: ['action', 'surface', 'paper', 'hour', 'arm'],
  interaction: ['action', 'surface', 'topic', 'paper', 'trust', 'client', 'hour'],
};

export const factsOfRequest = ({ at, surface, arm, served, chosen }: AskedRequest): Facts => ({
  action: chosen?.action ?? null,
  surface,
  topic: textOrNull(served?.data.query['topic']),
  paper: chosen?.paperId ?? textOrNull(served?.data.query['paperId']),
  hour: hourOf(at),
  arm,
});
