import { attention, gini, lorenzCurve } from '#ranking';
import type { Catalogue } from './catalogue.js';
import type { Exposure, Mover, Movers, SideName, SidePair } from './evaluation-result.js';
import { pairsOf, type JudgedRequest, type RequestSum } from './judged-request.js';

/** Movers that are told of, by size of change. */
const MOST_MOVERS = 40;

interface Shown {
  slots: number;
  places: number;
  attention: number;
}

const NEVER: Readonly<Shown> = { slots: 0, places: 0, attention: 0 };

/** How often and how high papers were listed, by paper number. */
export class PaperPlaces {
  private readonly shown: Shown[] = [];
  private listed = 0;

  add(papers: readonly number[]): void {
    papers.forEach((paper, place) => {
      const shown = (this.shown[paper] ??= { slots: 0, places: 0, attention: 0 });
      shown.slots++;
      shown.places += place;
      shown.attention += attention(place);
    });
    this.listed += papers.length;
  }

  get slots(): number {
    return this.listed;
  }

  slotsOf(paper: number): number {
    return this.of(paper).slots;
  }

  /** @param requests that were asked: attention is told per 1,000 of them. */
  standing(paper: number, requests: number): { slots: number; place: number | null; attention: number } {
    const { slots, places, attention: sum } = this.of(paper);
    return { slots, place: slots === 0 ? null : places / slots, attention: (1000 * sum) / requests };
  }

  private of(paper: number): Readonly<Shown> {
    return this.shown[paper] ?? NEVER;
  }
}

/** Papers whose attention differs, by falling size of the change. */
export const moversBetween = (
  before: PaperPlaces,
  after: PaperPlaces,
  requests: number,
  catalogue: Catalogue,
  most = MOST_MOVERS,
): Mover[] => {
  const movers: Mover[] = [];
  for (let paper = 0; paper < catalogue.size; paper++) {
    const [from, to] = [before.standing(paper, requests), after.standing(paper, requests)];
    const { paperId, title } = catalogue.paper(paper);
    const change = to.attention - from.attention;
    if (change !== 0) movers.push({ paperId, title, before: from, after: to, change });
  }
  return movers.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (a.paperId < b.paperId ? -1 : 1)).slice(0, most);
};

/** How each side spreads its slots over papers, and which papers it lists more or less than another. */
export class ExposureSums implements RequestSum {
  private readonly places: ReadonlyMap<SideName, PaperPlaces>;
  private requests = 0;

  constructor(
    private readonly sides: readonly SideName[],
    private readonly catalogue: Catalogue,
  ) {
    this.places = new Map(sides.map((side) => [side, new PaperPlaces()]));
  }

  add({ sides }: JudgedRequest): void {
    this.requests++;
    for (const { side, papers } of sides) this.places.get(side)!.add(papers);
  }

  exposure(): Exposure[] {
    return [...this.places].map(([side, places]) => {
      const counts = Array.from({ length: this.catalogue.size }, (_, paper) => places.slotsOf(paper));
      return {
        side,
        shown: counts.filter((count) => count > 0).length,
        catalogue: counts.length,
        slots: places.slots,
        gini: gini(counts),
        lorenz: lorenzCurve(counts),
      };
    });
  }

  movers(): Movers[] {
    return pairsOf(this.sides).map(({ better, worse }: SidePair) => ({
      better,
      worse,
      papers: moversBetween(this.places.get(worse)!, this.places.get(better)!, this.requests, this.catalogue),
    }));
  }
}
