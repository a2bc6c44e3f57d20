import type { Filter } from '../pipeline/stages.js';

/** For-you brings new things: not what the reader opened, upvoted, saved, rated or commented on. Undone votes do not count. */
export const alreadyRead: Filter = {
  name: 'already-read',
  rejects: ({ reader, state }, { paper }) => reader !== null && (reader.chosen.has(paper) || state.read.has(reader.reader, paper)),
};
