import type { EpochMs } from '#contracts';
import type { TieBreak } from './top-places.js';

/** Above this many waiting changes one sort is cheaper than placing each. */
const SORT_ABOVE = 64;

/** Live papers, newest first, ties by id. Changes wait until someone reads, so loading ten thousand papers sorts once. */
export class FreshOrder {
  private order: number[] = [];
  private readonly since: (EpochMs | undefined)[] = [];
  private readonly waiting = new Set<number>();
  private gone = false;

  constructor(private readonly before: TieBreak) {}

  put(paper: number, since: EpochMs): void {
    if (this.since[paper] === since) return;
    if (this.since[paper] !== undefined && !this.waiting.has(paper)) this.gone = true;
    this.since[paper] = since;
    this.waiting.add(paper);
  }

  remove(paper: number): void {
    if (this.since[paper] === undefined) return;
    this.since[paper] = undefined;
    if (!this.waiting.delete(paper)) this.gone = true;
  }

  /** All live papers, newest first. Do not keep: it changes. */
  papers(): readonly number[] {
    if (this.gone) this.order = this.order.filter((paper) => this.since[paper] !== undefined && !this.waiting.has(paper));
    this.gone = false;
    if (this.waiting.size > SORT_ABOVE) {
      this.order.push(...[...this.waiting].filter((paper) => this.since[paper] !== undefined));
      this.order.sort((a, b) => (this.precedes(a, b) ? -1 : 1));
    } else {
      for (const paper of this.waiting) this.order.splice(this.placeOf(paper), 0, paper);
    }
    this.waiting.clear();
    return this.order;
  }

  private precedes(a: number, b: number): boolean {
    const [x, y] = [this.since[a]!, this.since[b]!];
    return x === y ? this.before(a, b) : x > y;
  }

  private placeOf(paper: number): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.precedes(this.order[middle]!, paper)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
