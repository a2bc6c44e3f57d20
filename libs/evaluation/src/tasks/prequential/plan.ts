import { drawBelow, seededRandom } from '#ranking';
import type { TimedEvent } from '../../data/timed.js';
import type { PrequentialSettings } from './settings.js';

/** What is asked when, fixed before the replay begins. Places are those of events. */
export interface Plan {
  /** Lists that are learned from; those that are judged as well, after that. */
  readonly learned: ReadonlySet<number>;
  readonly judged: ReadonlySet<number>;
  /** Before these events the models are fitted anew. */
  readonly fits: ReadonlySet<number>;
  /** Before these events readers' states are learned. */
  readonly states: ReadonlySet<number>;
  /** Before this event no list is learned from. */
  readonly learnFrom: number;
  /** Before this event nothing is judged: what is chosen among baselines is chosen on what came before. */
  readonly warmUpEnd: number;
}

/**
 * Choices of readers of whom something is known can be asked about. With held-back rows only those are judged, and what is learned from comes from the other rows, all the time through.
 */
export const planOf = (events: readonly TimedEvent[], settings: PrequentialSettings, seed: number): Plan => {
  const askable = askablePlaces(events);
  const placeAfter = (share: number): number => askable[Math.min(askable.length - 1, Math.floor(share * askable.length))] ?? events.length;
  const statesFrom = placeAfter(settings.states[0] ?? 1);
  const learnsStates = returnsToKnown(events.slice(0, statesFrom));
  const learnFrom = learnsStates ? statesFrom : placeAfter(settings.learnFrom);
  const warmUpEnd = placeAfter(settings.warmUp);
  const hasHeld = events.some(({ held }) => held);
  const late = askable.filter((place) => place >= warmUpEnd);
  const judged = hasHeld ? late.filter((place) => events[place]!.held) : late;
  const early = askable.filter((place) => place >= learnFrom && place < warmUpEnd && !events[place]!.held);
  const asked = evenly(judged, settings.judged, seed);
  const meanwhile = hasHeld ? late.filter((place) => !events[place]!.held) : asked;
  return {
    learned: new Set([...evenly(early, settings.learned, seed + 1), ...evenly(meanwhile, settings.learned, seed + 2)]),
    judged: new Set(asked),
    fits: new Set([warmUpEnd, ...settings.refits.map(placeAfter)]),
    states: new Set(learnsStates ? settings.states.map(placeAfter) : []),
    learnFrom,
    warmUpEnd,
  };
};

/** Choices that are needed for learning vectors of papers from them. */
const ENOUGH = 5000;

/** Whether people mostly take up papers that others did long before, so that a vector of its own can be learned for a paper: of films they do, of news they do not. */
const returnsToKnown = (events: readonly TimedEvent[]): boolean => {
  const choices = events.filter(({ role }) => role === 'choice');
  if (choices.length < ENOUGH) return false;
  const before = new Set(choices.slice(0, choices.length / 2).map(({ paper }) => paper));
  const later = choices.slice(choices.length / 2);
  return later.filter(({ paper }) => before.has(paper)).length > later.length / 2;
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
