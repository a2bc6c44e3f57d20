import { drawBelow, seededRandom } from '#ranking';
import type { TimedEvent } from '../../data/timed.js';
import type { PrequentialSettings } from './settings.js';

/** What is asked when, fixed before the replay begins. Places are those of events. */
export interface Plan {
  /** Lists that are only learned from. */
  readonly learned: ReadonlySet<number>;
  /** Lists that are judged, and learned from after that. */
  readonly judged: ReadonlySet<number>;
  /** Before these events the models are fitted anew. */
  readonly fits: ReadonlySet<number>;
  /** Before this event nothing is judged: what is chosen among baselines is chosen on what came before. */
  readonly warmUpEnd: number;
}

/**
 * Choices of readers of whom something is known can be asked about. With held-back rows only those are judged, and what is learned from comes from the other rows, all the time through.
 */
export const planOf = (events: readonly TimedEvent[], settings: PrequentialSettings, seed: number): Plan => {
  const askable = askablePlaces(events);
  const placeAfter = (share: number): number => askable[Math.min(askable.length - 1, Math.floor(share * askable.length))] ?? events.length;
  const [learnFrom, warmUpEnd] = [placeAfter(settings.learnFrom), placeAfter(settings.warmUp)];
  const hasHeld = events.some(({ held }) => held);
  const late = askable.filter((place) => place >= warmUpEnd);
  const judged = hasHeld ? late.filter((place) => events[place]!.held) : late;
  const early = askable.filter((place) => place >= learnFrom && place < warmUpEnd && !events[place]!.held);
  const meanwhile = hasHeld ? late.filter((place) => !events[place]!.held) : [];
  return {
    learned: new Set([...evenly(early, settings.learned, seed + 1), ...evenly(meanwhile, settings.judged, seed + 2)]),
    judged: new Set(evenly(judged, settings.judged, seed)),
    fits: new Set([warmUpEnd, ...settings.refits.map(placeAfter)]),
    warmUpEnd,
  };
};

const askablePlaces = (events: readonly TimedEvent[]): number[] => {
  const known = new Set<string>();
  return events.flatMap(({ event, role }, place) => {
    const askable = role === 'choice' && known.has(event.data.readerRef);
    if (role === 'choice' || role === 'contact') known.add(event.data.readerRef);
    return askable ? [place] : [];
  });
};

/** At most `count` of them: one by chance from each of as many stretches of equal length. */
const evenly = (places: readonly number[], count: number, seed: number): number[] => {
  if (places.length <= count) return [...places];
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, stretch) => {
    const from = Math.floor((stretch * places.length) / count);
    const to = Math.floor(((stretch + 1) * places.length) / count);
    return places[from + drawBelow(random, to - from)]!;
  });
};
