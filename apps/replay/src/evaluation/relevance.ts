import type { Action } from '#contracts';
import type { Outcome, ReplayedRequest } from '../files/run-files.js';
import type { Catalogue } from './catalogue.js';
import type { RunDirectory } from './run-directory.js';

/** What a deed says of a paper that was shown: the reader kept it, talked about it, or at least opened it. Nothing else is worth anything. */
export const gainOf: Partial<Record<Action, number>> = { upvote: 3, save: 3, comment: 2, share: 2, outbound: 2, open: 1 };

/** Paper -> gain above 0. */
export type Gains = ReadonlyMap<number, number>;

const NOTHING: Gains = new Map();

/**
 * What readers did on which request: the gain of a paper is that of the best thing done with it and not undone. At prequential requests it is what the reader chose next, worth 1.
 * Holds requests on which something of worth was done, and no others.
 */
export class Relevance {
  private readonly byRequest = new Map<string, Gains>();
  private readonly timesChosen: number[] = [];
  private chosenIn = 0;
  private pairs = 0;

  private constructor(private readonly catalogue: Catalogue) {}

  static async read(run: RunDirectory, catalogue: Catalogue, kind: 'served' | 'prequential'): Promise<Relevance> {
    const relevance = new Relevance(catalogue);
    if (kind === 'prequential') for await (const { chosen } of run.requests()) relevance.count(relevance.ofChoice(chosen));
    else for await (const outcomes of byRequest(run.outcomes())) relevance.keep(outcomes);
    return relevance;
  }

  of({ requestId, chosen }: ReplayedRequest): Gains {
    return chosen === undefined ? (this.byRequest.get(requestId) ?? NOTHING) : this.ofChoice(chosen);
  }

  /** Requests on which something of worth was done, and their papers. */
  get requests(): number {
    return this.chosenIn;
  }

  get relevant(): number {
    return this.pairs;
  }

  /** On how many requests readers did something of worth with a paper. */
  chosen(paper: number): number {
    return this.timesChosen[paper] ?? 0;
  }

  private ofChoice(chosen: ReplayedRequest['chosen']): Gains {
    return chosen === undefined ? NOTHING : new Map([[this.catalogue.numberOf(chosen.paperId), 1]]);
  }

  private keep(outcomes: readonly Outcome[]): void {
    const gains = gainsOf(outcomes, this.catalogue);
    if (gains.size > 0) this.byRequest.set(outcomes[0]!.requestId, gains);
    this.count(gains);
  }

  private count(gains: Gains): void {
    if (gains.size > 0) this.chosenIn++;
    this.pairs += gains.size;
    for (const paper of gains.keys()) this.timesChosen[paper] = this.chosen(paper) + 1;
  }
}

/** @param outcomes of one request, oldest first: the last word on a paper and an action counts. */
const gainsOf = (outcomes: readonly Outcome[], catalogue: Catalogue): Gains => {
  const last = new Map<string, Outcome>();
  for (const outcome of outcomes) if (gainOf[outcome.action] !== undefined) last.set(`${outcome.action} ${outcome.paperId}`, outcome);
  const gains = new Map<number, number>();
  for (const { paperId, action, on } of last.values()) {
    if (on === false) continue;
    const paper = catalogue.numberOf(paperId);
    gains.set(paper, Math.max(gains.get(paper) ?? 0, gainOf[action] ?? 0));
  }
  return gains;
};

/** Outcomes of one request together: the file has them side by side. */
const byRequest = async function* (outcomes: AsyncIterable<Outcome>): AsyncGenerator<readonly Outcome[]> {
  let current: Outcome[] = [];
  for await (const outcome of outcomes) {
    if (current.length > 0 && current[0]!.requestId !== outcome.requestId) {
      yield current;
      current = [];
    }
    current.push(outcome);
  }
  if (current.length > 0) yield current;
};
