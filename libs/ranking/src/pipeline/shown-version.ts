import { versionOf } from '../state/same-work.js';
import type { StateParts } from '../state/state-parts.js';

/** Whether something holds for a paper or for another record of the same work: who hid version 1 has hidden version 2. */
export const anyVersion = ({ papers }: StateParts, paper: number, holds: (record: number) => boolean): boolean =>
  holds(paper) || papers.versionsOf(paper).some(holds);

/**
 * Of the records of one work, the one that is shown: whose id most of the others name, so that nobody takes a paper over by naming it; then of most votes of our readers; then the latest version; then by id.
 * What a record says of its own upvotes does not count: anybody may write it. A paper without other records is its own.
 */
export const shownVersionOf = (state: StateParts, paper: number): number => {
  let shown = paper;
  for (const other of state.papers.versionsOf(paper)) if (comesBefore(state, other, shown)) shown = other;
  return shown;
};

const comesBefore = ({ papers, decayed }: StateParts, paper: number, than: number): boolean => {
  const byNames = papers.namesOf(paper) - papers.namesOf(than);
  if (byNames !== 0) return byNames > 0;
  const byVotes = decayed.upvotesOf(paper) - decayed.upvotesOf(than);
  if (byVotes !== 0) return byVotes > 0;
  const [version, other] = [versionOf(papers.idOf(paper)), versionOf(papers.idOf(than))];
  return version === other ? papers.before(paper, than) : version > other;
};
