import type { Filter } from '../pipeline/stages.js';
import { anyVersion } from '../pipeline/shown-version.js';

/** For-you brings new things: not what the reader opened, upvoted, saved, rated or commented on. Undone votes do not count. */
export const alreadyRead: Filter = {
  name: 'already-read',
  rejects: ({ reader, state }, { paper }) =>
    reader !== null && anyVersion(state, paper, (record) => reader.chosen.has(record) || state.read.has(reader.reader, record)),
};
