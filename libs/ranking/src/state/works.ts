import { workName } from './same-work.js';

/** Records of one work followed from one to the next: more than a few are a mistake of a source, and must not cost every request. */
const MAX_RECORDS = 16;

/**
 * Which live records are of one work: versions of an arXiv paper, and a record that names another one's id among its aliases. Two records that only share a third id are not joined: anybody could
 * write that id into a record of theirs. A function of the records that are live, whatever order they came in. Nearly every paper is alone, and costs nothing here.
 */
export class Works {
  /** Records that name an id which is not their own. */
  private readonly naming = new Map<string, number[]>();
  /** Records whose own id is that of a version, by the work's. */
  private readonly versions = new Map<string, number[]>();
  /** Records joined to one, both ways. */
  private readonly joined = new Map<number, number[]>();

  /** @param find the live record with exactly this id */
  constructor(private readonly find: (id: string) => number | undefined) {}

  put(paper: number, id: string, aliases: readonly string[]): void {
    for (const other of this.naming.get(id) ?? NONE) this.join(paper, other);
    for (const name of namedBy(id, aliases)) {
      const named = this.find(name);
      if (named !== undefined) this.join(paper, named);
      add(this.naming, name, paper);
    }
    const work = workName(id);
    if (work === id) return;
    for (const other of this.versions.get(work) ?? NONE) this.join(paper, other);
    add(this.versions, work, paper);
  }

  remove(paper: number, id: string, aliases: readonly string[]): void {
    for (const name of namedBy(id, aliases)) drop(this.naming, name, paper);
    if (workName(id) !== id) drop(this.versions, workName(id), paper);
    for (const other of this.joined.get(paper) ?? NONE) drop(this.joined, other, paper);
    this.joined.delete(paper);
  }

  /** All other live records of the paper's work, in no order that means anything. */
  othersOf(paper: number): readonly number[] {
    if (!this.joined.has(paper)) return NONE;
    const work = new Set([paper]);
    for (const record of work) {
      for (const other of this.joined.get(record) ?? NONE) if (work.size < MAX_RECORDS) work.add(other);
    }
    work.delete(paper);
    return [...work];
  }

  /** How many live records name this id as another of theirs. */
  namesOf(id: string): number {
    return this.naming.get(id)?.length ?? 0;
  }

  private join(a: number, b: number): void {
    if (a === b) return;
    add(this.joined, a, b);
    add(this.joined, b, a);
  }
}

const NONE: readonly number[] = [];

/** Ids that a record names beside its own. */
const namedBy = (id: string, aliases: readonly string[]): Set<string> => {
  const names = new Set([workName(id), ...aliases, ...aliases.map(workName)]);
  names.delete(id);
  return names;
};

const add = <K>(lists: Map<K, number[]>, key: K, paper: number): void => {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [paper]);
  else if (!known.includes(paper)) known.push(paper);
};

const drop = <K>(lists: Map<K, number[]>, key: K, paper: number): void => {
  const left = (lists.get(key) ?? []).filter((other) => other !== paper);
  if (left.length === 0) lists.delete(key);
  else lists.set(key, left);
};
