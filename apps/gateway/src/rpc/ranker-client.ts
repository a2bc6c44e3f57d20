import {
  parseWith,
  rankAnswerSchema,
  rankHealthSchema,
  rankPatterns,
  rankRefusalSchema,
  type RankAnswer,
  type RankRequest,
} from '#contracts';
import { Ranker } from '../feeds/ranker.js';
import type { Replica } from './replica.js';
import type { ReplicaPool } from './replica-pool.js';
import { CallFailure, RefusedFailure } from './rpc.failures.js';

/** The deadline that a ranker sees is a little shorter than ours, so that its late answer is dropped there and not here. */
const WIRE_MS = 2;

/** Ranks over Nest TCP on one of several replicas. */
export class RankerClient extends Ranker {
  constructor(private readonly pool: ReplicaPool) {
    super();
  }

  async rank(request: Omit<RankRequest, 'budgetMs'>, deadlineMs: number): Promise<RankAnswer> {
    return this.pool.call(deadlineMs, async (replica, timeoutMs) => {
      const answer = await replica.call(rankPatterns.rank, { ...request, budgetMs: Math.max(1, timeoutMs - WIRE_MS) }, timeoutMs);
      return understand(answer, replica.name);
    });
  }

  usable(): number {
    return this.pool.usable;
  }
}

const understand = (answer: unknown, replica: string): RankAnswer => {
  const parsed = parseWith(rankAnswerSchema, answer);
  if (parsed.ok) return parsed.value;
  const refusal = parseWith(rankRefusalSchema, answer);
  if (refusal.ok) throw new RefusedFailure(refusal.value.refused);
  const [problem] = parsed.problems;
  throw new CallFailure('PEER_ANSWER_INVALID', `${replica}: ${problem?.field} ${problem?.rule}`, true);
};

const PROBE_TIMEOUT_MS = 500;

/** Ready by its own account, within half a second: a ranker that takes longer to say so could not rank in time either. */
export const probeRanker = async (replica: Replica): Promise<boolean> => {
  const parsed = parseWith(rankHealthSchema, await replica.check(rankPatterns.health, PROBE_TIMEOUT_MS));
  return parsed.ok && parsed.value.ready;
};
