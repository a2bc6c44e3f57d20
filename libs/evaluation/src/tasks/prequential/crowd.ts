import { DecayedTallies } from '#ranking';
import type { EpochMs } from '#contracts';

/** A way to rank without a model, kept up event by event. Papers are numbers below `most`. */
export interface CrowdBaseline {
  /** Of several with the same family the best on the early part is judged. */
  readonly family: string;
  readonly name: string;
  /** A reader with this history, oldest first, took up a paper. */
  take(history: readonly number[], paper: number, at: EpochMs): void;
  /** Somebody unknown voted for a paper. */
  vote(paper: number, at: EpochMs): void;
  /** Overwrites `scores` [papers]; higher is better. */
  score(history: readonly number[], now: EpochMs, since: readonly EpochMs[], scores: Float64Array): void;
}

const HOUR_MS = 3_600_000;
const halfLivesHours = [0.25, 1, 6, 24, 72, 168, 720] as const;
/** How much of the history, newest first, speaks in item-kNN. */
export const depths = [3, 10, Infinity] as const;

/** @param hasVotes whether there are votes of unknown readers, so that counting them or not are two ways. */
export const crowdBaselines = (most: number, hasVotes: boolean): CrowdBaseline[] => {
  const coChoices = new CoChoices(most);
  return [
    ...(hasVotes ? [true, false] : [true]).flatMap((counted) => [
      tally('popular', Infinity, most, counted, hasVotes),
      ...halfLivesHours.map((hours) => tally('decayed popular', hours, most, counted, hasVotes)),
    ]),
    newest,
    ...depths.map((depth, place) => itemKnn(coChoices, depth, place === 0)),
  ];
};

const tally = (family: string, halfLifeHours: number, most: number, countsVotes: boolean, hasVotes: boolean): CrowdBaseline => {
  const tallies = new DecayedTallies(most, halfLifeHours * HOUR_MS);
  const halfLife = halfLifeHours === Infinity ? [] : [`half-life ${halfLifeHours} h`];
  const votes = hasVotes ? [countsVotes ? 'with votes' : 'choices only'] : [];
  return {
    family,
    name: [family, ...halfLife, ...votes].join(', '),
    take: (_history, paper, at) => tallies.add(paper, at),
    vote: (paper, at) => {
      if (countsVotes) tallies.add(paper, at);
    },
    score: (_history, now, _since, scores) => {
      for (let paper = 0; paper < scores.length; paper++) scores[paper] = tallies.at(paper, now);
    },
  };
};

const newest: CrowdBaseline = {
  family: 'newest',
  name: 'newest',
  take: () => undefined,
  vote: () => undefined,
  score: (_history, _now, since, scores) => scores.set(since.slice(0, scores.length)),
};

/** Added to the denominator of the cosine. */
const SHRINK = 3;

/** @param counts whether this one keeps the shared counts up. */
const itemKnn = (coChoices: CoChoices, depth: number, counts: boolean): CrowdBaseline => ({
  family: 'item-kNN',
  name: depth === Infinity ? 'item-kNN, whole history' : `item-kNN, last ${depth}`,
  take: (history, paper) => {
    if (counts) coChoices.add(history, paper);
  },
  vote: () => undefined,
  score: (history, _now, _since, scores) => {
    scores.fill(0);
    for (const paper of depth === Infinity ? history : history.slice(-depth)) coChoices.addCosines(paper, scores);
  },
});

/** How many readers chose two papers both, counted as they choose. Source: Sarwar et al., WWW 2001, with the shrunken cosine of Bell and Koren, 2007. */
export class CoChoices {
  private readonly together: Map<number, number>[];
  private readonly chosen: Float64Array;

  constructor(most: number) {
    this.together = Array.from({ length: most }, () => new Map<number, number>());
    this.chosen = new Float64Array(most);
  }

  add(history: readonly number[], paper: number): void {
    const own = this.together[paper]!;
    for (const other of history) {
      own.set(other, (own.get(other) ?? 0) + 1);
      const theirs = this.together[other]!;
      theirs.set(paper, (theirs.get(paper) ?? 0) + 1);
    }
    this.chosen[paper]!++;
  }

  addCosines(paper: number, scores: Float64Array): void {
    const own = this.chosen[paper]!;
    for (const [other, both] of this.together[paper]!) scores[other]! += both / (Math.sqrt(own * this.chosen[other]!) + SHRINK);
  }
}
