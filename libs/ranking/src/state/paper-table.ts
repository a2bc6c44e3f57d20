import { Names } from './names.js';
import type { PaperFacts } from './paper-facts.js';
import { Works } from './works.js';

export type PaperStatus = 'unknown' | 'live' | 'withdrawn';

const DIGEST_BYTES = 32;
/** Papers whose links are remembered at a time. */
const LINKS_KEPT = 20_000;

/**
 * Papers by number. A paper has a number as soon as anything speaks of it: an interaction may come before the paper, since topics are not ordered against each other.
 */
export class PaperTable {
  private readonly ids = new Names();
  private readonly facts: (PaperFacts | null | undefined)[] = [];
  private readonly aliases = new Map<string, number>();
  private digests = new Uint8Array(0);
  private live = 0;
  /** Papers that name an entity now, by its canonical number. Most authors have one paper, and a number is a tenth of a list of one. */
  private readonly byEntity = new Map<number, number | number[]>();
  /** Papers that cite a number now, whether that paper is here or not. */
  private readonly citing: (number[] | undefined)[] = [];
  private readonly works = new Works((id) => {
    const number = this.ids.find(id);
    return number !== undefined && this.isLive(number) ? number : undefined;
  });
  private readonly links = new Map<number, readonly number[]>();
  private linksAt = 0;
  /** Goes up with every change of metadata. */
  revision = 0;

  get size(): number {
    return this.ids.size;
  }

  get liveCount(): number {
    return this.live;
  }

  numberOf(id: string): number {
    return this.ids.numberOf(id);
  }

  find(id: string): number | undefined {
    return this.ids.find(id);
  }

  /** By id, or by another id of the same paper. */
  resolve(id: string): number | undefined {
    const number = this.ids.find(id);
    if (number !== undefined && this.isLive(number)) return number;
    return this.aliases.get(id) ?? number;
  }

  idOf(paper: number): string {
    return this.ids.nameOf(paper);
  }

  /** Ties between papers go by plain code-unit order of ids. */
  readonly before = (a: number, b: number): boolean => this.ids.nameOf(a) < this.ids.nameOf(b);

  readonly isLive = (paper: number): boolean => (this.facts[paper] ?? null) !== null;

  statusOf(paper: number): PaperStatus {
    const facts = this.facts[paper];
    return facts === undefined ? 'unknown' : facts === null ? 'withdrawn' : 'live';
  }

  factsOf(paper: number): PaperFacts | null {
    return this.facts[paper] ?? null;
  }

  digestOf(paper: number): Uint8Array {
    return this.digests.subarray(paper * DIGEST_BYTES, (paper + 1) * DIGEST_BYTES);
  }

  /** Puts the newest record of a paper; null facts = withdrawn. */
  put(paper: number, facts: PaperFacts | null, digest: Uint8Array | null, canonicalOf: (entity: number) => number): void {
    const old = this.facts[paper] ?? null;
    if (old !== null) {
      this.unlist(paper, old, canonicalOf);
      this.works.remove(paper, old.id, old.aliases);
    }
    if (facts !== null) {
      this.list(paper, facts, canonicalOf);
      this.works.put(paper, facts.id, facts.aliases);
    }
    this.live += (facts === null ? 0 : 1) - (old === null ? 0 : 1);
    this.facts[paper] = facts;
    this.writeDigest(paper, digest);
    this.revision++;
  }

  /** Live papers that name the entity (author, topic, organisation) now. */
  naming(entity: number): readonly number[] {
    const papers = this.byEntity.get(entity);
    return papers === undefined ? NONE : typeof papers === 'number' ? [papers] : papers;
  }

  /** Other live records of the same work: see `Works`. */
  versionsOf(paper: number): readonly number[] {
    return this.works.othersOf(paper);
  }

  /** Live records that name the paper's id as another of theirs. */
  namesOf(paper: number): number {
    return this.works.namesOf(this.ids.nameOf(paper));
  }

  /** Live papers that the paper cites, by any id of theirs; in the order it names them. */
  citedBy(paper: number): number[] {
    const cited: number[] = [];
    for (const named of this.facts[paper]?.cites ?? NONE) {
      const number = this.isLive(named) ? named : this.aliases.get(this.ids.nameOf(named));
      if (number !== undefined && number !== paper && this.isLive(number)) cited.push(number);
    }
    return cited;
  }

  /** Live papers that cite the paper by any id of it; in order of their ids, since the order in which they came says nothing. */
  citersOf(paper: number): number[] {
    return this.unorderedCitersOf(paper).sort((a, b) => (this.before(a, b) ? -1 : 1));
  }

  private unorderedCitersOf(paper: number): number[] {
    const facts = this.facts[paper] ?? null;
    const names = [paper, ...(facts?.aliases ?? []).flatMap((alias) => this.ids.find(alias) ?? [])];
    const citers = new Set(names.flatMap((name) => this.citing[name] ?? []));
    citers.delete(paper);
    return [...citers];
  }

  /** Live papers that it cites or that cite it, each once, in no order that means anything. Remembered until any paper changes. Do not write. */
  linksOf(paper: number): readonly number[] {
    if (this.linksAt !== this.revision || this.links.size > LINKS_KEPT) this.links.clear();
    this.linksAt = this.revision;
    let links = this.links.get(paper);
    if (links === undefined) {
      links = [...new Set([...this.citedBy(paper), ...this.unorderedCitersOf(paper)])];
      this.links.set(paper, links);
    }
    return links;
  }

  /** Citations that name the paper by its id, and those that it names: what `linksOf` has, and references that are not here. At least 1. */
  linkCountOf(paper: number): number {
    return Math.max(1, (this.facts[paper]?.cites.length ?? 0) + (this.citing[paper]?.length ?? 0));
  }

  allAliases(): ReadonlyMap<string, number> {
    return this.aliases;
  }

  private list(paper: number, facts: PaperFacts, canonicalOf: (entity: number) => number): void {
    for (const entity of new Set([...entitiesOf(facts)].map(canonicalOf))) {
      const papers = this.byEntity.get(entity);
      if (papers === undefined) this.byEntity.set(entity, paper);
      else if (typeof papers === 'number') this.byEntity.set(entity, [papers, paper]);
      else papers.push(paper);
    }
    for (const alias of facts.aliases) this.aliases.set(alias, paper);
    for (const cited of new Set(facts.cites)) {
      const citing = this.citing[cited];
      if (citing === undefined) this.citing[cited] = [paper];
      else citing.push(paper);
    }
  }

  private unlist(paper: number, facts: PaperFacts, canonicalOf: (entity: number) => number): void {
    for (const entity of new Set([...entitiesOf(facts)].map(canonicalOf))) {
      const others = this.naming(entity).filter((other) => other !== paper);
      if (others.length === 0) this.byEntity.delete(entity);
      else this.byEntity.set(entity, others.length === 1 ? others[0]! : others);
    }
    for (const alias of facts.aliases) if (this.aliases.get(alias) === paper) this.aliases.delete(alias);
    for (const cited of new Set(facts.cites)) {
      const others = (this.citing[cited] ?? []).filter((other) => other !== paper);
      this.citing[cited] = others.length === 0 ? undefined : others;
    }
  }

  private writeDigest(paper: number, digest: Uint8Array | null): void {
    const end = (paper + 1) * DIGEST_BYTES;
    if (end > this.digests.length) {
      const grown = new Uint8Array(Math.max(end, Math.ceil(this.digests.length * 1.5), 64 * DIGEST_BYTES));
      grown.set(this.digests);
      this.digests = grown;
    }
    if (digest === null) this.digests.fill(0, paper * DIGEST_BYTES, end);
    else this.digests.set(digest, paper * DIGEST_BYTES);
  }
}

const NONE: readonly number[] = [];

/** Authors, topics and organisation of a paper: what can be followed or muted. */
export function* entitiesOf(facts: PaperFacts): Generator<number> {
  yield* facts.authors;
  yield* facts.topics;
  if (facts.organization >= 0) yield facts.organization;
}
