import type { Dice } from './seeded.js';
import { interest, type ShownPaper, type Taste } from './taste.js';

/** One thing that a simulated reader does, before it has an id and a time. */
export interface Deed {
  readonly action: 'impression' | 'open' | 'dwell' | 'upvote' | 'save' | 'hide';
  readonly paperId: string;
  readonly position: number;
  readonly on?: boolean;
  readonly value?: number;
}

/** Eyes tire: each place down the list is looked at less often than the one above. */
const LOOKS_AT = 0.93;
const opens = (liking: number): number => 0.03 + 0.55 * liking;
const upvotes = (liking: number): number => 0.02 + 0.5 * liking * liking;
const saves = (liking: number): number => 0.25 * liking * liking;
/** Only what does not fit at all is hidden, and seldom. */
const hides = (liking: number): number => (liking < 0.05 ? 0.02 : 0);
/** Votes are regretted now and then, so that undoing is a part of every demo. */
const REGRETS = 0.03;

const readingSeconds = (liking: number, roll: Dice): number => Math.round(5 + 240 * liking * roll() + 20 * roll());

const deedsOn = (paper: ShownPaper, position: number, liking: number, roll: Dice): Deed[] => {
  const at = { paperId: paper.id, position };
  if (roll() < hides(liking)) return [{ ...at, action: 'hide', on: true }];
  if (roll() >= opens(liking)) return [];
  const deeds: Deed[] = [
    { ...at, action: 'open' },
    { ...at, action: 'dwell', value: readingSeconds(liking, roll) },
  ];
  if (roll() < upvotes(liking)) {
    deeds.push({ ...at, action: 'upvote', on: true });
    if (roll() < REGRETS) deeds.push({ ...at, action: 'upvote', on: false });
  }
  if (roll() < saves(liking)) deeds.push({ ...at, action: 'save', on: true });
  return deeds;
};

/** What a reader with this taste does with a list, top to bottom. Pure: the same dice give the same visit. */
export const visit = (taste: Taste, shown: readonly ShownPaper[], roll: Dice): readonly Deed[] => {
  const deeds: Deed[] = [];
  for (const [position, paper] of shown.entries()) {
    deeds.push({ action: 'impression', paperId: paper.id, position });
    deeds.push(...deedsOn(paper, position, interest(taste, paper), roll));
    if (roll() >= LOOKS_AT) break;
  }
  return deeds;
};
