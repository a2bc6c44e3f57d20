import type { Filter } from '../pipeline/stages.js';
import { anyVersion } from '../pipeline/shown-version.js';

/** For-you brings no paper to who wrote it. A reader says who they are by a `seed` of an author with `self`; names are compared as in following, so a namesake's papers stay away too. */
export const own: Filter = {
  name: 'own',
  rejects: ({ reader, state }, { paper }) =>
    reader !== null &&
    reader.self.size > 0 &&
    anyVersion(state, paper, (record) =>
      (state.papers.factsOf(record)?.authors ?? []).some((author) => reader.self.has(state.entities.canonicalOf(author))),
    ),
};
