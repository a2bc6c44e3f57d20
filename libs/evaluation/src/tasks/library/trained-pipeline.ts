import { drawBelow, personalFeatures, seededRandom } from '#ranking';
import type { PaperEncoder, Random, RankPipeline } from '#ranking';
import { RunMeter, listwiseSettings, openRunScorer, trainListwiseRanker } from '#model';
import type { ListwiseSettings, RankedList, RunProvenance } from '#model';
import type { LibraryItem } from '../../data/library.js';
import { foldLibrary } from './fold-library.js';
import { askFor, libraryPipeline, noOpinion } from './pipeline-lists.js';
import type { PipelineList } from './pipeline-lists.js';
import type { Split } from './split.js';

/** Four small nets whose mean is one of 64-32-1: on lists of so few wanted papers steadier than one net of that size, and cheaper. */
export const rankerSettings: ListwiseSettings = {
  ...listwiseSettings,
  members: 4,
  hidden1: 16,
  hidden2: 8,
  epochs: 10,
  patience: 3,
  rowsPerList: 120,
};

/** Readers that the ranker learns from, and rows kept of each of their lists: what more of them teaches is not worth the minutes. */
const TRAINING_READERS = 2200;
const ROWS_KEPT = 140;

export interface Teaching {
  readonly items: readonly LibraryItem[];
  /** Saves that may be known, and others that the ranker is to find. */
  readonly split: Split;
  /** Encoder that has seen the known saves of `split` only. */
  readonly encoder: PaperEncoder;
  readonly withCitations: boolean;
}

/** What the ranker learned, and how. */
export interface TaughtRanker {
  readonly graph: Uint8Array;
  readonly lists: number;
  readonly rows: number;
  readonly validationNdcg: number;
  /** Share of the wanted saves that were among the candidates. */
  readonly recall: number;
}

/**
 * Teaches the personal model from the real pipeline's own rows: the state knows a part of the saves, and what is wanted of each list is what the reader saved
 * besides. Lists of new arrivals are among them, so that it learns what to go by when nobody has saved a paper yet.
 */
export const teachRanker = async (
  { items, split, encoder, withCitations }: Teaching,
  seed: number,
  say: (line: string) => void,
): Promise<TaughtRanker> => {
  const random = seededRandom(seed);
  const state = await foldLibrary(items, split, encoder, withCitations);
  const pipeline = libraryPipeline(state, noOpinion);
  const lists: RankedList[] = [];
  let [wanted, found] = [0, 0];
  for (const reader of someOf(split.known.length, TRAINING_READERS, random)) {
    for (const kind of ['all', 'new'] as const) {
      const held = new Set([...(kind === 'all' ? split.warm[reader]! : []), ...split.cold[reader]!]);
      if (held.size === 0) continue;
      const list = rankedList(await askFor(pipeline, reader, kind), held, random);
      wanted += held.size;
      found += list.gains.reduce((sum, gain) => sum + gain, 0);
      lists.push(list);
    }
  }
  say(`${lists.length} lists to learn from, ${((100 * found) / Math.max(1, wanted)).toFixed(1)} % of what is wanted among the candidates`);
  const meter = new RunMeter('ranker', say);
  const ranges = personalFeatures.map(({ range }) => range);
  const trained = trainListwiseRanker(lists, rankerSettings, seed, meter, { ranges });
  return {
    graph: trained.graph,
    lists: lists.length,
    rows: trained.rows,
    validationNdcg: trained.validationNdcg,
    recall: found / Math.max(1, wanted),
  };
};

/** The pipeline as it would serve: the state of the known saves and the taught ranker, written, checked and loaded as ONNX. */
export const openPipeline = async (
  { items, split, encoder, withCitations }: Teaching,
  { graph }: TaughtRanker,
  provenance: RunProvenance,
): Promise<{ readonly pipeline: RankPipeline; readonly close: () => Promise<void> }> => {
  const scorer = await openRunScorer('personal', graph, provenance);
  const state = await foldLibrary(items, split, encoder, withCitations);
  return { pipeline: libraryPipeline(state, scorer), close: () => scorer.close() };
};

/** At most `count` of the readers, ascending. */
export const someOf = (readers: number, count: number, random: Random): number[] => {
  const order = Array.from({ length: readers }, (_, reader) => reader);
  for (let at = 0; at < Math.min(count, readers); at += 1) {
    const other = at + drawBelow(random, readers - at);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order.slice(0, count).sort((a, b) => a - b);
};

/** All wanted rows, and others by chance up to `ROWS_KEPT`: lists of thousands of readers must fit into memory. */
const rankedList = ({ items, rows }: PipelineList, held: ReadonlySet<number>, random: Random): RankedList => {
  const width = rows.length / Math.max(1, items.length);
  const places = Array.from(items.keys());
  const wanted = places.filter((place) => held.has(items[place]!));
  const others = places.filter((place) => !held.has(items[place]!));
  const kept = [...wanted, ...someOf(others.length, Math.max(1, ROWS_KEPT - wanted.length), random).map((at) => others[at]!)];
  const taken = new Float32Array(kept.length * width);
  for (const [at, place] of kept.entries()) taken.set(rows.subarray(place * width, (place + 1) * width), at * width);
  return { rows: taken, count: kept.length, gains: Float32Array.from(kept, (_, at) => (at < wanted.length ? 1 : 0)) };
};
