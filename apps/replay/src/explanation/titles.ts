import { decodeRecord, positionKey, topics } from '#contracts';
import type { RecordSource } from '../fold/record-source.js';

const { name: topic, partitions } = topics.papers;

/** The newest title of each paper, as the whole source has it; papers that are not there, or withdrawn, are left out. */
export const titlesOf = async (source: RecordSource, wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> => {
  const titles = new Map<string, string>();
  const { earliest, end } = await source.bounds();
  for (let partition = 0; partition < partitions; partition += 1) {
    const key = positionKey(topic, partition);
    const [from, to] = [BigInt(earliest[key] ?? 0), BigInt(end[key] ?? 0)];
    if (from >= to) continue;
    for await (const chunk of source.read(topic, partition, from, to))
      for (const record of chunk) {
        if (record.key === null || !wanted.has(record.key)) continue;
        const decoded = decodeRecord(record);
        if (decoded.kind === 'paper') titles.set(decoded.paper.id, decoded.paper.title);
        if (decoded.kind === 'withdrawal') titles.delete(decoded.paperId);
      }
  }
  return titles;
};
