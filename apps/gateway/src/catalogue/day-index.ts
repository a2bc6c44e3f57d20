import type { PaperId } from '#contracts';

interface Day {
  /** Paper -> moment it is ordered by within the day. */
  readonly papers: Map<PaperId, string>;
  /** In order, or null when something changed since it was last asked for. */
  sorted: readonly PaperId[] | null;
}

/** RFC 3339 dates of different lengths and offsets, latest first; equal moments by id. */
const latestFirst = (papers: ReadonlyMap<PaperId, string>): readonly PaperId[] =>
  [...papers]
    .map(([id, moment]) => ({ id, at: Date.parse(moment) }))
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);

/** Papers by day. A change costs nothing until the day is read, and then only that day is sorted. */
export class DayIndex {
  private readonly days = new Map<string, Day>();
  private newestFirst: readonly string[] | null = null;

  add(day: string, id: PaperId, moment: string): void {
    const known = this.days.get(day);
    if (known === undefined) {
      this.days.set(day, { papers: new Map([[id, moment]]), sorted: null });
      this.newestFirst = null;
      return;
    }
    known.papers.set(id, moment);
    known.sorted = null;
  }

  delete(day: string, id: PaperId): void {
    const known = this.days.get(day);
    if (known === undefined) return;
    known.papers.delete(id);
    known.sorted = null;
    if (known.papers.size > 0) return;
    this.days.delete(day);
    this.newestFirst = null;
  }

  on(day: string): readonly PaperId[] {
    const known = this.days.get(day);
    return known === undefined ? [] : (known.sorted ??= latestFirst(known.papers));
  }

  /** Papers `offset` to `offset + limit`, newest day first. Skips whole days without sorting them. */
  page(offset: number, limit: number): readonly PaperId[] {
    const page: PaperId[] = [];
    let skip = offset;
    for (const day of this.order()) {
      const count = this.days.get(day)?.papers.size ?? 0;
      if (skip >= count) {
        skip -= count;
        continue;
      }
      page.push(...this.on(day).slice(skip, skip + limit - page.length));
      skip = 0;
      if (page.length >= limit) break;
    }
    return page;
  }

  *all(): Generator<PaperId> {
    for (const day of this.order()) yield* this.on(day);
  }

  private order(): readonly string[] {
    return (this.newestFirst ??= [...this.days.keys()].sort().reverse());
  }
}
