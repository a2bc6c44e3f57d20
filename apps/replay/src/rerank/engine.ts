import { positionKey, topics } from '#contracts';
import { PaperVectors } from '../fold/paper-vectors.js';
import { StreamHash } from '../fold/stream-hash.js';
import { rankInChains } from './chain-pass.js';
import type { EngineOptions, EngineSink, EngineSummary } from './engine-types.js';
import type { ReplayWork } from './replay-work.js';
import { ServedIndex } from './served-index.js';
import { sizeOfShare } from './share.js';
import { TimelinePass, type TimelineFound } from './timeline-pass.js';
import { WorkProgress } from './work-progress.js';

export type * from './engine-types.js';

/** Records of a topic that a range names. */
const recordsIn = (
  { from, to }: EngineOptions['range'],
  { name, partitions }: { readonly name: string; readonly partitions: number },
): number => {
  let records = 0;
  for (let partition = 0; partition < partitions; partition += 1) {
    const key = positionKey(name, partition);
    records += Math.max(0, Number(to[key] ?? 0) - Number(from[key] ?? 0));
  }
  return records;
};

const indexOf = async ({ options, signal, hash, progress }: ReplayWork): Promise<ServedIndex | null> => {
  progress.expect(recordsIn(options.range, topics.feedServed));
  const { source, range, keep } = options;
  const seen = (record: Parameters<StreamHash['add']>[0]): void => {
    hash.add(record);
    progress.read(1);
  };
  const index = await ServedIndex.read({ source, range, keep, seen, signal });
  if (index !== null) progress.expectRequests(sizeOfShare(options, index.asked.size));
  return index;
};

/** Requests of the recorded past are ranked at the positions that they name; those of any other moment are met on the timeline. */
const isByPositions = ({ at, asOf }: EngineOptions): boolean => at === 'served' && asOf.kind === 'recorded';

const summaryOf = ({ hash }: ReplayWork, index: ServedIndex | null, found: TimelineFound): EngineSummary => {
  if (index !== null)
    for (const [outcome, count] of Object.entries(index.counts)) found.tally.count(topics.feedServed.name, outcome, count);
  return {
    accrual: found.accrual.results(),
    papers: found.papers.results(),
    stream: found.tally.summary,
    span: found.tally.span,
    stateHash: found.stateHash,
    counts: {
      folded: { ...hash.records, asked: index?.asked.size ?? found.choices, ...index?.passedOver },
    },
    ...(index === null || index.notRanked.length === 0 ? {} : { notRanked: index.notRanked }),
    streamHash: hash.digest(),
  };
};

/**
 * Folds a stretch of the stream and ranks again at every kept request, with one side or two. In this order: what was served is indexed; each request
 * is ranked at the positions that it names; and the whole stretch is folded once along its clock, for outcomes, trends, accrual and counts.
 *
 * Memory: the state, some 200 bytes a kept request, and two chunks of each partition; nothing else grows with the stream. The same source, range and options give
 * the same calls of `sink`, whatever was interrupted; with `share`, several workers together give what one gives.
 *
 * @throws RangeError a served record that was indexed can not be read again.
 */
export const replay = async (options: EngineOptions, sink: EngineSink, signal: AbortSignal): Promise<'done' | 'interrupted'> => {
  const work: ReplayWork = {
    options,
    sink,
    signal,
    vectors: new PaperVectors(options.encoder),
    hash: new StreamHash(),
    progress: new WorkProgress(sink),
    named: new Set(options.named),
  };
  const index = options.at === 'served' ? await indexOf(work) : null;
  if (signal.aborted) return 'interrupted';
  if (index !== null && isByPositions(options) && !(await rankInChains(work, index.inChains()))) return 'interrupted';
  const found = await TimelinePass.run(work, index);
  if (found === null) return 'interrupted';
  await sink.done(summaryOf(work, index, found));
  return 'done';
};
