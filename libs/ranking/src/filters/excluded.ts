import type { Filter } from '../pipeline/stages.js';
import { anyVersion } from '../pipeline/shown-version.js';

/** What the caller does not want: among others a hide that was accepted a moment ago and is not folded yet. */
export const excluded: Filter = {
  name: 'excluded',
  rejects: ({ excluded: unwanted, state }, { paper }) => unwanted.size > 0 && anyVersion(state, paper, (record) => unwanted.has(record)),
};
