import type { PaperId } from '#contracts';
import type { RankingState } from '#ranking';
import type { ReplayedPaper } from '../files/run-files.js';
import type { LogEntry } from '../fold/log-entry.js';

/** What is told of papers that results name. Papers are looked up in the last state; those that were withdrawn, as they were before. */
export class NamedPapers {
  readonly #withdrawn = new Map<string, ReplayedPaper>();

  constructor(
    private readonly state: RankingState,
    private readonly named: Set<string>,
  ) {}

  name(ids: Iterable<{ readonly paperId: string }>): void {
    for (const { paperId } of ids) this.named.add(paperId);
  }

  /** To be told of every entry before it is folded. */
  before({ decoded }: LogEntry): void {
    if (decoded.kind !== 'withdrawal') return;
    const paper = this.#find(decoded.paperId);
    if (paper !== null) this.#withdrawn.set(decoded.paperId, paper);
  }

  /** One a named paper, by id; none of a paper that never came. */
  *results(): Generator<ReplayedPaper> {
    for (const id of [...this.named].sort()) {
      const paper = this.#find(id) ?? this.#withdrawn.get(id);
      if (paper !== undefined) yield paper;
    }
  }

  #find(id: string): ReplayedPaper | null {
    const { papers, entities } = this.state.parts;
    const number = papers.find(id);
    const facts = number === undefined ? null : papers.factsOf(number);
    if (facts === null) return null;
    return {
      paperId: id as PaperId, // of a checked record
      title: facts.title,
      since: new Date(facts.since).toISOString(),
      topics: facts.topics.map((topic) => entities.spellingOf(topic)),
      ...(facts.organization < 0 ? {} : { organization: entities.spellingOf(facts.organization) }),
    };
  }
}
