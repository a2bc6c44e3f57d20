import { mean } from '#ranking';
import type { TimedData } from '../../data/timed.js';
import { Catalogue } from './catalogue.js';
import { CoChoices, depths } from './crowd.js';
import { gainAt, placeByScores } from './placing.js';

/** Choices asked about. */
const ASKED = 400;
const DEPTH = 20;

/**
 * How many papers of a history, newest first, say best by co-reading what comes next: a site's own figure, measured on its first events alone.
 * @param until place of the first event that is not looked at.
 */
export const coReadDepth = ({ papers, events }: TimedData, until: number): number => {
  const catalogue = new Catalogue();
  for (const { at, paper } of papers) catalogue.addPaper(paper.id, paper.topics, at);
  const together = new CoChoices(catalogue.size);
  const early = events.slice(0, until).filter(({ role }) => role === 'choice' || role === 'contact');
  const step = Math.max(1, Math.floor(early.length / 2 / ASKED));
  const gains = depths.map((): number[] => []);
  for (const [place, { event, paper: id }] of early.entries()) {
    const paper = id === null ? undefined : catalogue.numberOf(id);
    if (paper === undefined || catalogue.hasSeen(event.data.readerRef, paper)) continue;
    const history = catalogue.historyOf(event.data.readerRef);
    // The first half only fills the counts.
    if (place >= early.length / 2 && place % step === 0 && history.length > 0)
      depths.forEach((depth, at) => gains[at]!.push(gainOf(together, catalogue, history, depth, paper)));
    together.add(history, paper);
    catalogue.remember(event.data.readerRef, paper);
  }
  const figures = gains.map(mean);
  return depths[figures.indexOf(Math.max(...figures))]!;
};

const gainOf = (together: CoChoices, catalogue: Catalogue, history: readonly number[], depth: number, wanted: number): number => {
  const scores = new Float64Array(catalogue.size);
  for (const paper of depth === Infinity ? history : history.slice(-depth)) together.addCosines(paper, scores);
  const allowed = new Uint8Array(catalogue.size).fill(1);
  for (const paper of history) allowed[paper] = 0;
  return gainAt(placeByScores(scores, catalogue.chosenBy, allowed, wanted, DEPTH).place, DEPTH);
};
