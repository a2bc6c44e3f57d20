import type { EpochMs, PaperId, ReaderRef } from '#contracts';

/** Papers and readers by number, with what baselines may know of them at the moment: who did what so far, and what there is to choose from. */
export class Catalogue {
  private readonly numbers = new Map<PaperId, number>();
  private readonly ids: PaperId[] = [];
  private readonly topics: (readonly string[])[] = [];
  /** What each reader did things with, oldest first, each paper once. */
  private readonly histories = new Map<ReaderRef, number[]>();
  private readonly seen = new Map<ReaderRef, Set<number>>();
  /** When each paper became known, and how many readers chose it. */
  readonly since: EpochMs[] = [];
  readonly chosenBy: number[] = [];

  get size(): number {
    return this.ids.length;
  }

  get readers(): number {
    return this.histories.size;
  }

  /** @returns its number. */
  addPaper(id: PaperId, topics: readonly string[], at: EpochMs): number {
    const known = this.numbers.get(id);
    if (known !== undefined) {
      this.topics[known] = topics;
      return known;
    }
    this.numbers.set(id, this.ids.length);
    this.ids.push(id);
    this.topics.push(topics);
    this.since.push(at);
    this.chosenBy.push(0);
    return this.ids.length - 1;
  }

  numberOf(id: PaperId): number | undefined {
    return this.numbers.get(id);
  }

  idOf(number: number): PaperId {
    return this.ids[number]!;
  }

  topicsOf(number: number): readonly string[] {
    return this.topics[number]!;
  }

  historyOf(reader: ReaderRef): readonly number[] {
    return this.histories.get(reader) ?? [];
  }

  allHistories(): readonly (readonly number[])[] {
    return [...this.histories.values()];
  }

  hasSeen(reader: ReaderRef, paper: number): boolean {
    return this.seen.get(reader)?.has(paper) ?? false;
  }

  /** The reader did something with the paper. @returns whether it is new to this reader. */
  remember(reader: ReaderRef, paper: number): boolean {
    const seen = this.seen.get(reader) ?? new Set<number>();
    if (seen.has(paper)) return false;
    seen.add(paper);
    this.seen.set(reader, seen);
    const history = this.histories.get(reader);
    if (history === undefined) this.histories.set(reader, [paper]);
    else history.push(paper);
    this.chosenBy[paper]!++;
    return true;
  }
}
