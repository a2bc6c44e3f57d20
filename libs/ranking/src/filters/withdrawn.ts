import type { Filter } from '../pipeline/stages.js';

/** Papers taken back, or of which nothing but interactions has arrived. A pinned slate may hold one that was alive on its first page. */
export const withdrawn: Filter = { name: 'withdrawn', rejects: ({ state }, { paper }) => !state.papers.isLive(paper) };
