import type { RowScorer } from '#ranking';

/** Told how far the shadow's first head was from the live one, row by row. */
export type CompareShadow = (live: Float32Array, shadow: Float32Array, heads: number) => void;

/**
 * The live scorer, with a shadow beside it that scores some of the same rows for comparison. The live answer never waits for
 * the shadow: it runs after, on a copy of the rows, at most one at a time, and its failures are only reported.
 */
export class ShadowedRowScorer implements RowScorer {
  private busy = false;

  constructor(
    private readonly live: RowScorer,
    readonly shadow: Pick<RowScorer, 'score' | 'version'>,
    private readonly compare: CompareShadow,
    private readonly failed: (error: unknown) => void,
  ) {}

  get name(): string {
    return this.live.name;
  }

  get version(): string {
    return this.live.version;
  }

  get features(): readonly string[] {
    return this.live.features;
  }

  get heads(): number {
    return this.live.heads;
  }

  async score(rows: Float32Array, count: number): Promise<Float32Array> {
    const scores = await this.live.score(rows, count);
    // The shadow takes what it can between requests; under load it sees a sample, and the live model keeps its time.
    if (!this.busy && count > 0) {
      this.busy = true;
      void this.follow(rows.slice(0, count * this.features.length), scores.slice(), count);
    }
    return scores;
  }

  private async follow(rows: Float32Array, live: Float32Array, count: number): Promise<void> {
    try {
      await new Promise((resolve) => setImmediate(resolve));
      this.compare(live, await this.shadow.score(rows, count), this.heads);
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
    }
  }
}
