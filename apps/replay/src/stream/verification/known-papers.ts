import { decodeRecord, topics } from '#contracts';
import type { StreamSource } from '../stream.js';
import { walkStream, type Walk } from '../walk-stream.js';
import { onlyTopic } from './only-topic.js';

/**
 * Ids and aliases of every paper that the source speaks of, withdrawn ones included: not only of the range, since a compacted topic tells of a paper where it
 * was last written. Null when it was interrupted.
 */
export const knownPapers = async (source: StreamSource, walk: Pick<Walk, 'signal' | 'progress'>): Promise<ReadonlySet<string> | null> => {
  const { earliest, end } = await source.bounds();
  const known = new Set<string>();
  const whole = await walkStream({ ...walk, source, range: onlyTopic({ from: earliest, to: end }, topics.papers.name) }, () => (record) => {
    const decoded = decodeRecord(record);
    if (decoded.kind === 'withdrawal') known.add(decoded.paperId);
    if (decoded.kind === 'paper') for (const id of [decoded.paper.id, ...decoded.paper.aliases]) known.add(id);
  });
  return whole ? known : null;
};
