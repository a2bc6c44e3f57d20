/** Decides between equal scores: whether `a` comes before `b`. */
export type TieBreak = (a: number, b: number) => boolean;

/**
 * Keeps the k places of greatest score offered: a binary heap whose root is the worst kept. Ties go by `before` (the paper's id), never by place, since places differ
 * between replicas; so every replica keeps the same k.
 */
export class TopPlaces {
  private readonly places: Int32Array;
  private readonly scores: Float64Array;
  private count = 0;
  /** Below this a score need not be offered. */
  threshold: number;

  constructor(
    private readonly k: number,
    private readonly before: TieBreak,
  ) {
    this.places = new Int32Array(k);
    this.scores = new Float64Array(k);
    this.threshold = k === 0 ? Infinity : -Infinity;
  }

  offer(place: number, score: number): void {
    if (!(score >= this.threshold) || this.k === 0) return;
    if (this.count < this.k) {
      this.up(this.count++, place, score);
    } else {
      if (!this.isWorse(this.places[0]!, this.scores[0]!, place, score)) return;
      this.down(place, score);
    }
    if (this.count === this.k) this.threshold = this.scores[0]!;
  }

  /** Best first. */
  sorted(): { readonly place: number; readonly score: number }[] {
    const kept = Array.from({ length: this.count }, (_, i) => ({ place: this.places[i]!, score: this.scores[i]! }));
    return kept.sort((x, y) => (this.isWorse(x.place, x.score, y.place, y.score) ? 1 : -1));
  }

  private isWorse(place: number, score: number, thanPlace: number, thanScore: number): boolean {
    return score < thanScore || (score === thanScore && this.before(thanPlace, place));
  }

  private up(at: number, place: number, score: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(place, score, this.places[parent]!, this.scores[parent]!)) break;
      this.places[at] = this.places[parent]!;
      this.scores[at] = this.scores[parent]!;
      at = parent;
    }
    this.places[at] = place;
    this.scores[at] = score;
  }

  private down(place: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.count) break;
      if (
        child + 1 < this.count &&
        this.isWorse(this.places[child + 1]!, this.scores[child + 1]!, this.places[child]!, this.scores[child]!)
      )
        child++;
      if (!this.isWorse(this.places[child]!, this.scores[child]!, place, score)) break;
      this.places[at] = this.places[child]!;
      this.scores[at] = this.scores[child]!;
      at = child;
    }
    this.places[at] = place;
    this.scores[at] = score;
  }
}
