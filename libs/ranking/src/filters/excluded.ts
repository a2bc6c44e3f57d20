import type { Filter } from '../pipeline/stages.js';

/** What the caller does not want: among others a hide that was accepted a moment ago and is not folded yet. */
export const excluded: Filter = { name: 'excluded', rejects: (query, { paper }) => query.excluded.has(paper) };
