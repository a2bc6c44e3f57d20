import type { EpochMs, PaperId } from '#contracts';
import type { ReplayedPaper } from '../files/run-files.js';

export interface CataloguePaper {
  readonly paperId: PaperId;
  readonly title: string;
  readonly since: EpochMs;
  readonly topics: readonly string[];
}

/** The papers that a run names, by number: what is counted by paper is then an array. */
export class Catalogue {
  private readonly numbers = new Map<PaperId, number>();
  private readonly papers: CataloguePaper[] = [];

  /** Papers of several lists, each once, as the first that has it tells it. */
  static async read(...lists: readonly AsyncIterable<ReplayedPaper>[]): Promise<Catalogue> {
    const catalogue = new Catalogue();
    for (const papers of lists)
      for await (const { paperId, title, since, topics } of papers)
        if (!catalogue.numbers.has(paperId)) catalogue.add({ paperId, title, since: Date.parse(since), topics });
    return catalogue;
  }

  get size(): number {
    return this.papers.length;
  }

  /** Number of a paper. One that the run's list of papers lacks (its record is gone from the log) is counted too, under its id and without topics or age. */
  numberOf(paperId: PaperId): number {
    return this.numbers.get(paperId) ?? this.add({ paperId, title: paperId, since: NaN, topics: [] });
  }

  paper(number: number): CataloguePaper {
    return this.papers[number]!;
  }

  private add(paper: CataloguePaper): number {
    this.numbers.set(paper.paperId, this.papers.length);
    return this.papers.push(paper) - 1;
  }
}
