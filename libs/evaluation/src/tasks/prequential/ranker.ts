import { periods } from '#contracts';
import type { PaperId } from '#contracts';
import { RunMeter, openRunScorer, trainListwiseRanker } from '#model';
import type { RankedList, RunProvenance } from '#model';
import { drawBelow, personalFeatureNames, seededRandom, standardised, trendingFeatureNames } from '#ranking';
import type { CandidateRows, Random, RowScorer } from '#ranking';
import type { PrequentialSettings } from './settings.js';

/** A scorer that must be closed when another takes its place. */
export interface ClosableScorer extends RowScorer {
  close(): Promise<void>;
}

export interface Models {
  readonly trending: ClosableScorer;
  readonly personal: ClosableScorer;
}

const shapes = {
  personal: { features: personalFeatureNames, heads: 1 },
  trending: { features: trendingFeatureNames, heads: periods.length },
} as const;

const silent = (kind: keyof Models): ClosableScorer => ({
  name: `no-${kind}-model`,
  version: '0',
  ...shapes[kind],
  score: (_rows, count) => Promise.resolve(new Float32Array(count * shapes[kind].heads)),
  close: () => Promise.resolve(),
});

/** Before anything is learned: the rows are what is wanted. */
export const noOpinions: Models = { trending: silent('trending'), personal: silent('personal') };

/** Share of the lists, the newest, that say when to stop. */
const VALIDATION_SHARE = 0.12;

const TRENDING_SCORE = personalFeatureNames.indexOf('trending_score');

/** A list as both models see it, the chosen row first. */
interface KeptList {
  readonly personal: Float32Array;
  readonly trending: Float32Array;
  readonly count: number;
}

/** The models of the run: keeps what was asked and chosen, and fits both to all of it whenever told to. */
export class LearningRanker {
  private readonly lists: KeptList[] = [];
  private readonly random: Random;

  constructor(
    private readonly settings: Pick<PrequentialSettings, 'rowsKept' | 'lists' | 'net'>,
    private readonly provenance: RunProvenance,
    private readonly say: (line: string) => void,
  ) {
    this.random = seededRandom(provenance.seed + 17);
  }

  /**
   * @param chosen the paper that was then chosen, one of the list. @param trendingRows the rows that the trending model is shown for papers at this moment.
   */
  async learnFrom(
    list: CandidateRows,
    chosen: PaperId,
    trendingRows: (papers: readonly PaperId[]) => Promise<Pick<CandidateRows, 'candidates' | 'rows'>>,
  ): Promise<void> {
    const drawn = this.drawn(list, chosen);
    const asked = await trendingRows(drawn.map((row) => list.candidates[row]!.paperId as PaperId));
    const placeOf = new Map(asked.candidates.map(({ paperId }, place) => [paperId, place]));
    const kept = drawn.filter((row) => placeOf.has(list.candidates[row]!.paperId));
    if (kept[0] !== drawn[0]) return;
    if (this.lists.length === this.settings.lists) this.lists.shift();
    this.lists.push({
      personal: picked(list.rows, kept, personalFeatureNames.length),
      trending: picked(
        asked.rows,
        kept.map((row) => placeOf.get(list.candidates[row]!.paperId)!),
        trendingFeatureNames.length,
      ),
      count: kept.length,
    });
  }

  /** Both models fitted to all lists so far, as ONNX in sessions of their own; null while there is nothing to learn from. */
  async fit(): Promise<Models | null> {
    if (this.lists.length < 2) return null;
    const trending = this.trained(
      'trending',
      this.lists.map(({ trending: rows, count }) => listOf(rows, count)),
    );
    // The personal model reads what the trending model says: of every list, what this one would have said.
    for (const { personal, trending: rows, count } of this.lists) {
      const said = standardised(trending.score(rows, count));
      for (let row = 0; row < count; row++) personal[row * personalFeatureNames.length + TRENDING_SCORE] = said[row]!;
    }
    const personal = this.trained(
      'personal',
      this.lists.map(({ personal: rows, count }) => listOf(rows, count)),
    );
    return {
      trending: await openRunScorer('trending', trending.graph, this.provenance),
      personal: await openRunScorer('personal', personal.graph, this.provenance),
    };
  }

  private trained(kind: keyof Models, lists: readonly RankedList[]) {
    const quiet = new RunMeter(kind, () => undefined);
    const border = Math.min(lists.length - 1, Math.ceil(lists.length * (1 - VALIDATION_SHARE)));
    const columns = { validation: lists.slice(border), heads: shapes[kind].heads };
    const trained = trainListwiseRanker(lists.slice(0, border), this.settings.net, this.provenance.seed, quiet, columns);
    this.say(
      `${kind} model fitted to ${border} lists in ${(quiet.minutes * 60).toFixed(0)} s, ${trained.epochs} epochs, inner NDCG@20 ${trained.validationNdcg.toFixed(4)}`,
    );
    return trained;
  }

  /** The chosen row first, then others by chance. */
  private drawn({ candidates }: CandidateRows, chosen: PaperId): number[] {
    const wanted = candidates.findIndex(({ paperId }) => paperId === chosen);
    const others = Array.from(candidates.keys()).filter((row) => row !== wanted);
    const count = Math.min(others.length, this.settings.rowsKept - 1);
    for (let at = 0; at < count; at++) {
      const other = at + drawBelow(this.random, others.length - at);
      [others[at], others[other]] = [others[other]!, others[at]!];
    }
    return [wanted, ...others.slice(0, count)];
  }
}

const picked = (rows: Float32Array, places: readonly number[], width: number): Float32Array => {
  const own = new Float32Array(places.length * width);
  places.forEach((row, place) => own.set(rows.subarray(row * width, (row + 1) * width), place * width));
  return own;
};

const listOf = (rows: Float32Array, count: number): RankedList => {
  const gains = new Float32Array(count);
  gains[0] = 1;
  return { rows, count, gains };
};
