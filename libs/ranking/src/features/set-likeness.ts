/** How much a set has in common with the sets of a history. */
export interface InCommon {
  /** Mean over the history of |A and B| / sqrt(|A| |B|). */
  readonly mean: number;
  /** The largest such cosine. */
  readonly top: number;
  /** Largest share of the history that holds one of the members. */
  readonly share: number;
}

const NOTHING: InCommon = { mean: 0, top: 0, share: 0 };

/** Sets of a history (authors, topics, references of its papers), inverted, so that any number of candidates is compared at the price of what they share. */
export class SetLikeness {
  private readonly holders = new Map<number, number[]>();
  private readonly sizes: readonly number[];
  private readonly together: Float64Array;

  /** One set of numbers a paper of the history, without repeats. */
  constructor(sets: readonly (readonly number[])[]) {
    this.sizes = sets.map(({ length }) => length);
    this.together = new Float64Array(sets.length);
    sets.forEach((set, place) => {
      for (const member of set) {
        const holders = this.holders.get(member);
        if (holders === undefined) this.holders.set(member, [place]);
        else holders.push(place);
      }
    });
  }

  /** How many sets hold the member. */
  holdersOf(member: number): number {
    return this.holders.get(member)?.length ?? 0;
  }

  /** @param set without repeats */
  against(set: readonly number[]): InCommon {
    if (this.holders.size === 0 || set.length === 0) return NOTHING;
    const { together, sizes } = this;
    together.fill(0);
    let most = 0;
    for (const member of set) {
      const holders = this.holders.get(member);
      if (holders === undefined) continue;
      if (holders.length > most) most = holders.length;
      for (const place of holders) together[place]! += 1;
    }
    if (most === 0) return NOTHING;
    let [sum, top] = [0, 0];
    for (let place = 0; place < sizes.length; place++) {
      if (together[place] === 0) continue;
      const cosine = together[place]! / Math.sqrt(set.length * sizes[place]!);
      sum += cosine;
      if (cosine > top) top = cosine;
    }
    return { mean: sum / sizes.length, top, share: most / sizes.length };
  }
}
