import type { Filter } from '../pipeline/stages.js';
import { anyVersion } from '../pipeline/shown-version.js';

/** What this reader hid is never shown to them, on any surface and in any version. */
export const hidden: Filter = {
  name: 'hidden',
  rejects: ({ reader, state }, { paper }) =>
    reader !== null && reader.hidden.size > 0 && anyVersion(state, paper, (record) => reader.hidden.has(record)),
};
