import type { EpochMs, PaperId, ReaderRef, Surface } from '#contracts';
import { drawBelow, type Random } from '#ranking';
import type { Outcome, ReplayedRequest, ReplayedSlot } from '../../../apps/replay/src/files/run-files.js';
import { inventedTopics, type InventedPaper } from './papers.js';

const SLOTS = 15;
const POOL = 60;
/** Each place is looked at less often than the one above. */
const LOOKS_ON = 0.9;

interface InventedReader {
  readonly ref: ReaderRef;
  readonly topic: string;
  history: number;
}

export const inventReaders = (count: number, random: Random): InventedReader[] =>
  Array.from({ length: count }, (_, i) => ({
    ref: `r_invented-reader-no-${String(i).padStart(5, '0')}` as ReaderRef,
    topic: inventedTopics[drawBelow(random, inventedTopics.length)]!,
    history: Math.floor(60 * random() ** 3),
  }));

/** Chance that this reader likes this paper when it is looked at. */
const liking = (reader: InventedReader, paper: InventedPaper): number =>
  0.02 + 0.3 * paper.quality + (paper.topics.includes(reader.topic) ? 0.16 : 0);

const noise = (random: Random): number => random() + random() + random() - 1.5;

/** Scores as a ranker makes them: no chances, some sense, some noise. */
const ranked = (pool: readonly InventedPaper[], reader: InventedReader, blur: number, shift: number, random: Random): ReplayedSlot[] =>
  pool
    .map((paper) => ({
      paperId: paper.paperId,
      score: Number((8 * liking(reader, paper) - 2.2 + shift + blur * noise(random)).toFixed(6)),
      propensity: 1,
      source: 'trending',
    }))
    .sort((x, y) => y.score - x.score)
    .slice(0, SLOTS)
    .map((slot, at) => (at === 6 ? { ...slot, propensity: 0.05, source: 'exploration' } : slot));

export interface InventedRequest {
  readonly request: ReplayedRequest;
  readonly outcomes: readonly Outcome[];
}

export interface RequestChoices {
  /** With a second side. */
  readonly b: boolean;
  /** `interactions`: prequential, nothing was served. */
  readonly at: 'served' | 'interactions';
}

const model = (version: string) => ({ name: 'personal', version });
const slate = (version: string, slots: ReplayedSlot[]) => ({
  model: model(version),
  configHash: 'c0ffee',
  degraded: [],
  candidates: 214,
  dropped: { 'already-read': 9, hidden: 2 },
  slots,
});

export const inventRequest = (
  index: number,
  at: EpochMs,
  readers: readonly InventedReader[],
  papers: readonly InventedPaper[],
  choices: RequestChoices,
  random: Random,
): InventedRequest => {
  const reader = readers[drawBelow(random, readers.length)]!;
  const known = papers.filter(({ since }) => since < at).slice(-POOL);
  const surface: Surface =
    choices.at === 'interactions' ? 'for-you' : (['trending', 'for-you', 'for-you', 'latest'] as const)[drawBelow(random, 4)]!;
  const requestId = `req-${String(index).padStart(8, '0')}`;
  const served = ranked(known, reader, 1.4, 0, random);
  const differs = random() < 0.004;
  const seen = visit(reader, served, new Map(papers.map((paper) => [paper.paperId, paper])), requestId, at, random);
  reader.history += seen.filter(({ action }) => action !== 'impression').length;
  const chosen = seen.find(({ action }) => action === 'open');
  const replayed = ranked(known, reader, 0.8, 0.3, random);
  const request: ReplayedRequest = {
    requestId,
    at: new Date(at).toISOString(),
    surface,
    ...(random() < 0.1 ? {} : { readerRef: reader.ref }),
    arm: index % 10 === 0 ? 'holdout' : 'default',
    history: reader.history,
    ...(choices.at === 'served' ? { served: { model: model('2025-11-10'), configHash: 'c0ffee', degraded: [], slots: served } } : {}),
    ...(choices.at === 'interactions' ? { chosen: { paperId: chosen?.paperId ?? served[0]!.paperId, action: 'open' as const } } : {}),
    a: slate('2025-11-10', choices.b ? [...served] : replayed),
    ...(choices.b ? { b: slate('2025-11-20', replayed) } : {}),
    ...(choices.at === 'served'
      ? {
          same: {
            features: index % 5 === 0 ? !differs : null,
            order: !differs,
            cause: differs ? 'folded between scoring and answering' : null,
          },
        }
      : {}),
  };
  return { request, outcomes: choices.at === 'served' ? seen : [] };
};

/** What the reader does with what was served, from the top until the eyes tire. */
const visit = (
  reader: InventedReader,
  slots: readonly ReplayedSlot[],
  papers: ReadonlyMap<PaperId, InventedPaper>,
  requestId: string,
  at: EpochMs,
  random: Random,
): Outcome[] => {
  const outcomes: Outcome[] = [];
  for (const [position, { paperId }] of slots.entries()) {
    const deed = (action: Outcome['action'], after: number): Outcome => ({
      requestId,
      paperId,
      action,
      at: new Date(at + after * 1000).toISOString(),
      position,
      ...(action === 'upvote' ? { on: true } : {}),
    });
    outcomes.push(deed('impression', 2 + position));
    if (random() < liking(reader, papers.get(paperId)!) * 0.6) {
      outcomes.push(deed('open', 3 + position));
      if (random() < 0.35) outcomes.push(deed('upvote', 60 + position));
    }
    if (random() > LOOKS_ON) break;
  }
  return outcomes;
};
