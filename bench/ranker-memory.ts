/**
 * Memory of the ranker's state per paper and per reader, each measured alone, with papers and readers as large as real ones. Promised: at most 4 KB a paper and
 * 2 KB a reader at 100,000 of each.
 *
 *   npm run bench -- ranker-memory [--papers 100000] [--readers 100000] [--engaged 20] [--shown 30]
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { defaultStateConfig, RankingState } from '#ranking';
import { InventedLog, INVENTED_NOW } from './harness/invented-log.js';
import { table } from './harness/table.js';

const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '100000' },
    readers: { type: 'string', default: '100000' },
    engaged: { type: 'string', default: '20' },
    shown: { type: 'string', default: '30' },
  },
});
const [papers, readers, engaged, shown] = [options.papers, options.readers, options.engaged, options.shown].map(Number) as [
  number,
  number,
  number,
  number,
];
const MAX_PAPER_KB = 4;
const MAX_READER_KB = 2;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after a full collection, heap and typed arrays together. */
const used = (): number => {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const log = new InventedLog(papers, readers);
const state = RankingState.empty(defaultStateConfig);
const started = performance.now();
const empty = used();
for (let paper = 0; paper < papers; paper++) state.foldPaper(log.paper(paper), log.vector(paper, defaultStateConfig.dimensions));
// Builds the inverted lists, which count as well.
state.parts.search.search('word1', 1, state.parts.papers.before, () => true);
state.parts.fresh.papers();
const withPapers = used();
console.log(`${papers} papers folded after ${((performance.now() - started) / 1000).toFixed(0)} s`);
for (let reader = 0; reader < readers; reader++) for (const event of log.eventsOf(reader, engaged, shown)) state.foldInteraction(event);
// As a replica does when it has caught up: event ids are remembered for as long as a late one may still come.
state.forgetBefore(INVENTED_NOW);
state.parts.decayed.refresh(state.stats.watermark);
const withReaders = used();
console.log(
  `${readers} readers with ${engaged} actions and ${shown} impressions each after ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
);

// What was done with a paper (counts by time, a sample of who did it) is kept by paper; let go of, what is left was kept by reader.
Object.assign(state.parts, { counts: null, decayed: null, coReaders: null });
const ofReaders = used() - withPapers;

const row = (what: string, bytes: number, count: number, most: number): string[] => {
  const each = bytes / count / 1024;
  return [what, count.toString(), (bytes / 2 ** 20).toFixed(0), each.toFixed(2), most.toFixed(0), each <= most ? 'yes' : 'NO'];
};
console.log(
  table(
    ['', 'count', 'MiB', 'KB each', 'promised', 'kept'],
    [
      row('papers: records, words, vectors, citations', withPapers - empty, papers, MAX_PAPER_KB),
      row('papers: what readers did with them', withReaders - withPapers - ofReaders, papers, MAX_PAPER_KB),
      row('papers, both', withReaders - empty - ofReaders, papers, MAX_PAPER_KB),
      row('readers', ofReaders, readers, MAX_READER_KB),
    ],
  ),
);
