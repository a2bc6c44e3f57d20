import type { Engagement } from '../state/reader-view.js';
import type { PaperFacts } from '../state/paper-facts.js';
import type { StateParts } from '../state/state-parts.js';
import { SetLikeness, type InCommon } from './set-likeness.js';
import { WordLikeness } from './word-likeness.js';

/** A paper of the history that a citation joins to another one. */
export interface CitationLink {
  readonly paper: number;
  /** Which way: the other one cites the paper of the history, or is cited by it. */
  readonly cites: boolean;
}

/** What a candidate and the history have in common besides content and words. */
export interface Overlaps {
  readonly authors: InCommon;
  readonly topics: InCommon;
  readonly references: InCommon;
  readonly organization: number;
  readonly codeOwner: number;
  readonly submitter: number;
  /** Papers of the history that a citation joins to the candidate. */
  readonly citationLinks: number;
}

/** A reader's history turned into what candidates are compared with. Each part is made when it is first asked for, once a request. */
export class HistoryProfile {
  private made: { readonly [K in 'authors' | 'topics' | 'references']: SetLikeness } | null = null;
  private wordsMade: WordLikeness | null = null;
  private linksMade: Map<number, CitationLink[]> | null = null;
  private countsMade: { readonly [K in 'organization' | 'codeOwner' | 'submitter']: ReadonlyMap<number, number> } | null = null;

  constructor(
    private readonly state: StateParts,
    private readonly history: readonly Engagement[],
  ) {}

  get words(): WordLikeness {
    this.wordsMade ??= new WordLikeness(
      this.state.search,
      this.history.map(({ paper }) => paper),
    );
    return this.wordsMade;
  }

  /** Per paper, the papers of the history that it cites or that cite it, newest first. The papers themselves may be of the history too. */
  get links(): ReadonlyMap<number, readonly CitationLink[]> {
    if (this.linksMade !== null) return this.linksMade;
    const links = new Map<number, CitationLink[]>();
    const join = (other: number, link: CitationLink): void => {
      const known = links.get(other);
      if (known === undefined) links.set(other, [link]);
      else if (!known.some(({ paper }) => paper === link.paper)) known.push(link);
    };
    for (const { paper } of this.history) {
      for (const cited of this.state.papers.citedBy(paper)) join(cited, { paper, cites: false });
      for (const citer of this.state.papers.citersOf(paper)) join(citer, { paper, cites: true });
    }
    this.linksMade = links;
    return links;
  }

  /** Papers of the history that name the author, in whatever spelling. */
  papersNaming(author: number): number {
    return this.sets.authors.holdersOf(this.canonical(author));
  }

  overlapsWith(paper: number): Overlaps {
    const facts = this.state.papers.factsOf(paper);
    if (facts === null || this.history.length === 0) return NOTHING;
    const { authors, topics, references } = this.sets;
    const share = (counts: ReadonlyMap<number, number>, entity: number): number =>
      entity < 0 ? 0 : (counts.get(this.canonical(entity)) ?? 0) / this.history.length;
    return {
      authors: authors.against(this.canonicals(facts.authors)),
      topics: topics.against(this.canonicals(facts.topics)),
      references: references.against(this.state.papers.citedBy(paper)),
      organization: share(this.counts.organization, facts.organization),
      codeOwner: share(this.counts.codeOwner, facts.codeOwner),
      submitter: share(this.counts.submitter, facts.submitter),
      citationLinks: this.links.get(paper)?.length ?? 0,
    };
  }

  private get sets() {
    this.made ??= {
      authors: new SetLikeness(this.ofEach(({ authors }) => this.canonicals(authors))),
      topics: new SetLikeness(this.ofEach(({ topics }) => this.canonicals(topics))),
      references: new SetLikeness(this.history.map(({ paper }) => this.state.papers.citedBy(paper))),
    };
    return this.made;
  }

  private get counts() {
    this.countsMade ??= {
      organization: this.tally(({ organization }) => organization),
      codeOwner: this.tally(({ codeOwner }) => codeOwner),
      submitter: this.tally(({ submitter }) => submitter),
    };
    return this.countsMade;
  }

  private ofEach(read: (facts: PaperFacts) => readonly number[]): readonly (readonly number[])[] {
    return this.history.map(({ paper }) => {
      const facts = this.state.papers.factsOf(paper);
      return facts === null ? [] : read(facts);
    });
  }

  private tally(read: (facts: PaperFacts) => number): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { paper } of this.history) {
      const facts = this.state.papers.factsOf(paper);
      const entity = facts === null ? -1 : read(facts);
      if (entity >= 0) counts.set(this.canonical(entity), (counts.get(this.canonical(entity)) ?? 0) + 1);
    }
    return counts;
  }

  private canonical(entity: number): number {
    return this.state.entities.canonicalOf(entity);
  }

  /** Two spellings of one thing are one thing. */
  private canonicals(entities: readonly number[]): number[] {
    const distinct: number[] = [];
    const seen = entities.length > FEW ? new Set<number>() : null;
    for (const entity of entities) {
      const canonical = this.canonical(entity);
      if (seen?.has(canonical) ?? distinct.includes(canonical)) continue;
      seen?.add(canonical);
      distinct.push(canonical);
    }
    return distinct;
  }
}

/** Up to here looking through a list is quicker than making a set. */
const FEW = 16;

const none: InCommon = { mean: 0, top: 0, share: 0 };
const NOTHING: Overlaps = {
  authors: none,
  topics: none,
  references: none,
  organization: 0,
  codeOwner: 0,
  submitter: 0,
  citationLinks: 0,
};
