import { surfaces, type EpochMs } from '#contracts';
import type { Catalogue } from './catalogue.js';
import type { Slice, SliceKind } from './evaluation-result.js';
import type { JudgedRequest } from './judged-request.js';
import type { Gains, Relevance } from './relevance.js';

/** A request as one slice sees it: all of it, or of what was relevant only the papers of a topic or an age. */
export interface SlicedRequest {
  readonly slice: Slice;
  readonly gains: Gains;
}

const DAY: EpochMs = 86_400_000;
const ALL: Slice = { by: 'all', value: 'all' };
/** Topics with slices of their own: those that readers chose most; the rest share one. */
const MOST_TOPICS = 12;
const OTHER = 'other';
const UNKNOWN = 'unknown';

interface Band {
  /** The band begins here and goes on to the next. */
  readonly from: number;
  readonly label: string;
}

/** Papers that the reader had done something with before. */
const activityBands: readonly Band[] = [
  { from: 0, label: '0' },
  { from: 1, label: '1 to 4' },
  { from: 5, label: '5 to 19' },
  { from: 20, label: '20 to 49' },
  { from: 50, label: '50 or more' },
];

/** Days since the paper was listed. */
const ageBands: readonly Band[] = [
  { from: -Infinity, label: 'under 1 day' },
  { from: 1, label: '1 to 3 days' },
  { from: 3, label: '3 to 7 days' },
  { from: 7, label: '7 to 30 days' },
  { from: 30, label: '30 days or more' },
];

const bandOf = (bands: readonly Band[], value: number): string => bands.findLast(({ from }) => value >= from)?.label ?? UNKNOWN;

/** Which slices a request belongs to. Slices of one kind come in their natural order, not by figure. */
export class Slicing {
  private readonly topics: readonly string[];

  constructor(
    private readonly kinds: readonly SliceKind[],
    private readonly catalogue: Catalogue,
    relevance: Relevance,
  ) {
    this.topics = kinds.includes('topic') ? mostChosenTopics(catalogue, relevance) : [];
  }

  slicesOf(request: JudgedRequest): SlicedRequest[] {
    return [{ slice: ALL, gains: request.gains }, ...this.kinds.flatMap((by) => this.byKind(by, request))];
  }

  /** -1, 0 or 1: all before the kinds as they were asked for, and within a kind by its order. */
  compare(a: Slice, b: Slice): number {
    return this.kindPlace(a) - this.kindPlace(b) || this.valuePlace(a) - this.valuePlace(b) || (a.value < b.value ? -1 : 1);
  }

  private byKind(by: SliceKind, request: JudgedRequest): SlicedRequest[] {
    const whole = (value: string): SlicedRequest[] => [{ slice: { by, value }, gains: request.gains }];
    switch (by) {
      case 'surface':
        return whole(request.surface);
      case 'arm':
        return whole(request.arm);
      case 'activity':
        return whole(bandOf(activityBands, request.history));
      case 'age':
        return split(by, request.gains, (paper) => [bandOf(ageBands, (request.at - this.catalogue.paper(paper).since) / DAY)]);
      case 'topic':
        return split(by, request.gains, (paper) => this.topicsOf(paper));
    }
  }

  private topicsOf(paper: number): string[] {
    const known = this.catalogue.paper(paper).topics.filter((topic) => this.topics.includes(topic));
    return known.length === 0 ? [OTHER] : known;
  }

  private kindPlace({ by }: Slice): number {
    return by === 'all' ? -1 : this.kinds.indexOf(by);
  }

  private valuePlace({ by, value }: Slice): number {
    const order: readonly string[] =
      by === 'surface'
        ? surfaces
        : by === 'activity'
          ? activityBands.map(({ label }) => label)
          : by === 'age'
            ? ageBands.map(({ label }) => label)
            : this.topics;
    const place = order.indexOf(value);
    return place < 0 ? order.length : place;
  }
}

/** What was relevant, apart by a property of its papers. */
const split = (by: SliceKind, gains: Gains, valuesOf: (paper: number) => readonly string[]): SlicedRequest[] => {
  const parts = new Map<string, Map<number, number>>();
  for (const [paper, gain] of gains)
    for (const value of valuesOf(paper)) {
      const part = parts.get(value) ?? new Map<number, number>();
      parts.set(value, part.set(paper, gain));
    }
  return [...parts].map(([value, part]) => ({ slice: { by, value }, gains: part }));
};

const mostChosenTopics = (catalogue: Catalogue, relevance: Relevance): string[] => {
  const chosen = new Map<string, number>();
  for (let paper = 0; paper < catalogue.size; paper++)
    if (relevance.chosen(paper) > 0)
      for (const topic of catalogue.paper(paper).topics) chosen.set(topic, (chosen.get(topic) ?? 0) + relevance.chosen(paper));
  return [...chosen]
    .sort(([x, timesX], [y, timesY]) => timesY - timesX || (x < y ? -1 : 1))
    .slice(0, MOST_TOPICS)
    .map(([topic]) => topic);
};
