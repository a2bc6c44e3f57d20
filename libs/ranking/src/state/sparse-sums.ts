/** Sums over a few of many papers, without a map or an object a paper: plain arrays as long as the catalogue, and a list of what was touched. One user at a time: `begin` first. */
export class SparseSums {
  private sums = new Float64Array(0);
  private counts = new Uint32Array(0);
  private readonly touched: number[] = [];

  /** Forgets the sums of before. @param papers numbers below this may be added to. */
  begin(papers: number): void {
    for (const paper of this.touched) {
      this.sums[paper] = 0;
      this.counts[paper] = 0;
    }
    this.touched.length = 0;
    if (papers > this.sums.length) {
      this.sums = new Float64Array(Math.ceil(papers * 1.25));
      this.counts = new Uint32Array(this.sums.length);
    }
  }

  add(paper: number, value: number): void {
    if (this.counts[paper]!++ === 0) this.touched.push(paper);
    this.sums[paper]! += value;
  }

  sumOf(paper: number): number {
    return this.sums[paper]!;
  }

  /** How often the paper was added to. */
  countOf(paper: number): number {
    return this.counts[paper]!;
  }

  /** Papers added to since `begin`, in order of first touch. */
  papers(): readonly number[] {
    return this.touched;
  }
}
