import type { RankAnswer, RankRequest } from '#contracts';

/** Answers feeds. Behind it stand one or more replicas of the ranker. */
export abstract class Ranker {
  /**
   * @param deadlineMs longest time this call may take, retries included
   * @throws a Failure when no replica answered in time or the request was refused
   */
  abstract rank(request: Omit<RankRequest, 'budgetMs'>, deadlineMs: number): Promise<RankAnswer>;
  /** Replicas that would be asked now. */
  abstract usable(): number;
}
