import type { EpochMs } from '#contracts';
import { trendingFeatures } from '#ranking';
import type { HfPapers, ListedPaper } from './hf-papers.js';
import { ReadRecords } from './read-records.js';
import { groupBy } from './taste-cases.js';
import { START_MS, unvoted } from './trending-rows.js';

/** The papers of one listing day just after they were listed, when nobody has voted on them. */
export interface ColdDay {
  /** Midnight UTC. */
  readonly day: EpochMs;
  readonly papers: readonly ListedPaper[];
  /** float32 [papers, trending features], as known then. */
  readonly rows: Float32Array;
  /** Votes at the newest reading, for learning from and judging. */
  readonly votes: Float32Array;
}

/** Every listing day in order. A row uses nothing that was read later than its moment; the votes are what was read last of all. */
export const coldDays = (data: Pick<HfPapers, 'papers' | 'readings'>): readonly ColdDay[] => {
  const records = new ReadRecords(data);
  const days = [...groupBy(data.papers, ({ listedAt }) => listedAt)].sort(([a], [b]) => a - b);
  return days.map(([day, papers]) => {
    const signals = papers.map((listed) => unvoted(listed, records.of(listed, day + START_MS), START_MS / 3_600_000));
    return {
      day,
      papers,
      rows: Float32Array.from(signals.flatMap((each) => trendingFeatures.map((feature) => feature.read(each)))),
      votes: Float32Array.from(papers, ({ matureUpvotes }) => Math.max(0, matureUpvotes)),
    };
  });
};
