import {
  intakeAnswerSchema,
  intakePatterns,
  type IntakeInteractions,
  type IntakeResult,
  type Paper,
  type PaperId,
  parseWith,
  rankRefusalSchema,
} from '#contracts';
import { Intake } from '../interactions/intake.js';
import type { Replica } from './replica.js';
import type { ReplicaPool } from './replica-pool.js';
import { CallFailure, RefusedFailure } from './rpc.failures.js';

/** Sends events and papers to an ingest process over Nest TCP. Asking a second process is safe: ids make a repeat a duplicate. */
export class IntakeClient extends Intake {
  constructor(
    private readonly pool: ReplicaPool,
    private readonly deadlineMs: number,
  ) {
    super();
  }

  interactions(events: IntakeInteractions['events']): Promise<readonly IntakeResult[]> {
    return this.ask(intakePatterns.interactions, { events }, events.length);
  }

  papers(papers: readonly Paper[]): Promise<readonly IntakeResult[]> {
    return this.ask(intakePatterns.papers, { papers }, papers.length);
  }

  withdraw(paperId: PaperId): Promise<readonly IntakeResult[]> {
    return this.ask(intakePatterns.withdraw, { paperId }, 1);
  }

  usable(): number {
    return this.pool.usable;
  }

  private ask(pattern: string, payload: object, expected: number): Promise<readonly IntakeResult[]> {
    return this.pool.call(this.deadlineMs, async (replica, timeoutMs) => {
      const answer = await replica.call(pattern, { ...payload, budgetMs: timeoutMs }, timeoutMs);
      return understand(answer, expected, replica.name);
    });
  }
}

const understand = (answer: unknown, expected: number, replica: string): readonly IntakeResult[] => {
  const parsed = parseWith(intakeAnswerSchema, answer);
  if (parsed.ok && parsed.value.results.length === expected) return parsed.value.results;
  const refusal = parseWith(rankRefusalSchema, answer);
  if (refusal.ok) throw new RefusedFailure(refusal.value.refused);
  const rule = parsed.ok
    ? `${parsed.value.results.length} results for ${expected} records`
    : `${parsed.problems[0]?.field} ${parsed.problems[0]?.rule}`;
  throw new CallFailure('PEER_ANSWER_INVALID', `${replica}: ${rule}`, true);
};

const PROBE_TIMEOUT_MS = 1_000;

/** In use while it answers at all, unless it says that it is not ready. */
export const probeIntake = async (replica: Replica): Promise<boolean> => {
  const answer = await replica.check(intakePatterns.health, PROBE_TIMEOUT_MS);
  return !(answer !== null && typeof answer === 'object' && 'ready' in answer && answer.ready === false);
};
