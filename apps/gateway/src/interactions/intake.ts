import type { IntakeInteractions, IntakeResult, Paper, PaperId } from '#contracts';

/** The way into the log. An event is `accepted` only when the log has it. */
export abstract class Intake {
  /**
   * Results in input order.
   * @throws a Failure when nothing is known of what became of the events: the caller retries with the same ids.
   */
  abstract interactions(events: IntakeInteractions['events']): Promise<readonly IntakeResult[]>;
  abstract papers(papers: readonly Paper[]): Promise<readonly IntakeResult[]>;
  abstract withdraw(paper: PaperId): Promise<readonly IntakeResult[]>;
  abstract usable(): number;
}
