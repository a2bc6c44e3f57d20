import { SearchIndex } from '../text/search-index.js';
import { BucketCounts } from './bucket-counts.js';
import { CoReaders } from './co-readers.js';
import { DecayedCounts } from './decayed-counts.js';
import { Entities } from './entities.js';
import { FreshOrder } from './fresh-order.js';
import { PairSet } from './pair-set.js';
import { PaperTable } from './paper-table.js';
import { ReaderTable } from './reader-table.js';
import { Registers } from './registers.js';
import { SeenEvents } from './seen-events.js';
import type { StateConfig } from './state-config.js';
import { TrackRecords } from './track-records.js';
import { Vectors } from './vectors.js';
import { WordLists } from './word-lists.js';

/** The folded log in parts. Sources and features read these; only `RankingState` writes them. */
export interface StateParts {
  readonly config: StateConfig;
  readonly papers: PaperTable;
  readonly entities: Entities;
  readonly vectors: Vectors;
  readonly search: SearchIndex;
  readonly counts: BucketCounts;
  readonly decayed: DecayedCounts;
  readonly records: TrackRecords;
  readonly fresh: FreshOrder;
  readonly readers: ReaderTable;
  readonly registers: Registers;
  readonly read: PairSet;
  readonly coReaders: CoReaders;
  /** Event ids (with their reader), and keys of what was counted: (reader, paper, action, bucket). */
  readonly ids: SeenEvents;
  readonly counted: SeenEvents;
}

export const emptyParts = (config: StateConfig): StateParts => {
  const ofPapers = new WordLists();
  const counts = new BucketCounts(ofPapers);
  const readers = new ReaderTable(new WordLists());
  const papers = new PaperTable();
  return {
    config,
    papers,
    entities: new Entities(),
    vectors: new Vectors(config.dimensions),
    search: new SearchIndex(),
    counts,
    decayed: new DecayedCounts(counts),
    records: new TrackRecords(),
    fresh: new FreshOrder(papers.before),
    readers,
    registers: new Registers(),
    read: new PairSet(),
    coReaders: new CoReaders(config.coReaders, readers.before, ofPapers),
    ids: new SeenEvents(),
    counted: new SeenEvents(),
  };
};
