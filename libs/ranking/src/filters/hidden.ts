import type { Filter } from '../pipeline/stages.js';

/** What this reader hid is never shown to them, on any surface. */
export const hidden: Filter = { name: 'hidden', rejects: ({ reader }, { paper }) => reader !== null && reader.hidden.has(paper) };
