import type { RankMoment, StageReport } from './rank-outcome.js';
import { shownVersionOf } from './shown-version.js';
import { standardised } from './standardised.js';
import type { Candidate, Filter, Finding, Named, RankQuery, Scorer, Scores, Source } from './stages.js';

/**
 * Runs components one after the other, times and counts each, and goes on without those that fail or for which too little time is left. Reports what was done without by name.
 */
export class StageRunner {
  readonly reports: StageReport[] = [];
  readonly degraded = new Set<string>();
  readonly dropped: Record<string, number> = {};

  constructor(
    private readonly moment: Pick<RankMoment, 'remainingMs' | 'without'>,
    private readonly stopwatch: () => number,
  ) {}

  /** All candidates that any source proposes, in order of paper id; each with what every source said of it. Records of one work are one candidate, placed where a source placed the first of them. */
  gather(query: RankQuery, sources: readonly Source[]): Candidate[] {
    const findings = new Map<number, Finding[]>();
    for (const source of sources) {
      const proposals = this.run('source', source, () => {
        const found = source.propose(query);
        return { value: found, kept: found.length, dropped: 0 };
      });
      if (proposals === null) continue;
      const z = standardised(proposals.map(({ score }) => score));
      proposals.forEach(({ paper: proposed, score, via }, i) => {
        const paper = versionFor(query, proposed);
        const finding: Finding = { source: source.name, rank: i + 1, score, z: z[i]!, via };
        const known = findings.get(paper);
        if (known === undefined) findings.set(paper, [finding]);
        else if (known.at(-1)!.source !== source.name) known.push(finding);
      });
    }
    // Numbers of papers differ between replicas, so their order must not matter: ids decide.
    return [...findings]
      .sort(([a], [b]) => (query.state.papers.before(a, b) ? -1 : 1))
      .map(([paper, found]) => ({ paper, findings: found.sort((x, y) => x.rank - y.rank || (x.source < y.source ? -1 : 1)) }));
  }

  /** Candidates that no filter rejects. A candidate is counted under the first filter that rejects it. */
  filter(query: RankQuery, filters: readonly Filter[], candidates: readonly Candidate[]): readonly Candidate[] {
    let left = candidates;
    for (const filter of filters) {
      // A filter keeps promises ("hidden is never shown"), so it is never skipped, and its failure is the request's failure.
      const startedAt = this.stopwatch();
      const kept = left.filter((candidate) => !filter.rejects(query, candidate));
      this.report('filter', filter, startedAt, kept.length, left.length - kept.length);
      if (kept.length < left.length) this.dropped[filter.name] = left.length - kept.length;
      left = kept;
    }
    return left;
  }

  /** The first scorer that has time and does not fail. The last one must be able to do without either. */
  async score(query: RankQuery, scorers: readonly Scorer[], candidates: readonly Candidate[]): Promise<Scores> {
    for (const scorer of scorers.slice(0, -1)) {
      const scores = await this.runAsync('scorer', scorer, candidates.length, () => scorer.score(query, candidates));
      if (scores === null) continue;
      for (const missing of scores.degraded) this.degraded.add(missing);
      return scores;
    }
    const last = scorers.at(-1)!;
    const startedAt = this.stopwatch();
    const scores = await last.score(query, candidates);
    this.report('scorer', last, startedAt, candidates.length, 0);
    return scores;
  }

  /** Work that the answer can do without. */
  async optional<T>(
    stage: StageReport['stage'],
    component: Named & { readonly reserveMs: number },
    kept: number,
    work: () => Promise<T>,
  ): Promise<T | null> {
    return this.runAsync(stage, component, kept, work);
  }

  timed<T>(stage: StageReport['stage'], component: Named, kept: (value: T) => number, work: () => T): T {
    const startedAt = this.stopwatch();
    const value = work();
    this.report(stage, component, startedAt, kept(value), 0);
    return value;
  }

  private run<T>(
    stage: StageReport['stage'],
    component: Named & { readonly reserveMs?: number },
    work: () => { value: T; kept: number; dropped: number },
  ): T | null {
    if (this.isTooLate(stage, component)) return null;
    const startedAt = this.stopwatch();
    try {
      const { value, kept, dropped } = work();
      this.report(stage, component, startedAt, kept, dropped);
      return value;
    } catch {
      return this.failed(stage, component, startedAt);
    }
  }

  private async runAsync<T>(
    stage: StageReport['stage'],
    component: Named & { readonly reserveMs?: number },
    kept: number,
    work: () => Promise<T>,
  ): Promise<T | null> {
    if (this.isTooLate(stage, component)) return null;
    const startedAt = this.stopwatch();
    try {
      const value = await work();
      this.report(stage, component, startedAt, kept, 0);
      return value;
    } catch {
      return this.failed(stage, component, startedAt);
    }
  }

  private isTooLate(stage: StageReport['stage'], component: Named & { readonly reserveMs?: number }): boolean {
    if (component.reserveMs === undefined) return false;
    if (this.moment.without?.has(component.name) !== true && this.moment.remainingMs() >= component.reserveMs) return false;
    this.degraded.add(component.name);
    this.reports.push({ stage, component: component.name, began: this.stopwatch(), ms: 0, kept: 0, dropped: 0, skipped: 'deadline' });
    return true;
  }

  private failed(stage: StageReport['stage'], component: Named, startedAt: number): null {
    this.degraded.add(component.name);
    const ms = this.stopwatch() - startedAt;
    this.reports.push({ stage, component: component.name, began: startedAt, ms, kept: 0, dropped: 0, skipped: 'failed' });
    return null;
  }

  private report(stage: StageReport['stage'], component: Named, startedAt: number, kept: number, dropped: number): void {
    this.reports.push({ stage, component: component.name, began: startedAt, ms: this.stopwatch() - startedAt, kept, dropped });
  }
}

/** The record that stands for a proposed paper's work, unless that one is not under the topic or organisation asked for. */
const versionFor = ({ state, scope }: RankQuery, proposed: number): number => {
  const shown = shownVersionOf(state, proposed);
  return scope === null || scope.has(shown) ? shown : proposed;
};
