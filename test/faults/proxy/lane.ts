import type { Socket } from 'node:net';
import type { Random } from '#ranking';

/** What is done to the bytes of one direction. All off by default. */
export interface LaneFaults {
  /** Milliseconds that every piece is held back, and by how much (evenly, either way) that varies. Order is kept. */
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Bytes a second; 0 = as many as come. */
  readonly bandwidth: number;
  /** Largest piece that is passed on at once; 0 = as they come. Finds parsers that believe in packets. */
  readonly sliceBytes: number;
  /** Nothing passes and nothing is lost: a peer that hangs, or a route that swallows packets. Ends when it is set to false. */
  readonly stalled: boolean;
}

export const noFaults: LaneFaults = { latencyMs: 0, jitterMs: 0, bandwidth: 0, sliceBytes: 0, stalled: false };

/** Held bytes above which the sender is made to wait, as a full TCP window would. */
const MOST_HELD = 1 << 20;

interface Held {
  readonly bytes: Buffer;
  /** Not before this moment of `performance.now()`. */
  readonly due: number;
}

/** One direction of one connection: takes bytes from a socket and gives them to another, in order, with faults in between. */
export class Lane {
  private readonly held: Held[] = [];
  private heldBytes = 0;
  private lastDue = 0;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    /** Read for every piece, so that a change works on connections that are open. */
    private readonly faults: () => LaneFaults,
    private readonly random: Random,
  ) {
    from.on('data', (bytes) => {
      this.take(bytes);
    });
    from.on('end', () => {
      this.ended = true;
      this.release();
    });
  }

  /** Looks again at what may pass: after a change of faults, or when the next piece is due. */
  release(): void {
    clearTimeout(this.timer);
    if (this.faults().stalled) return;
    const now = performance.now();
    while (this.held[0] !== undefined && this.held[0].due <= now) {
      const { bytes } = this.held.shift()!;
      this.heldBytes -= bytes.length;
      if (!this.to.destroyed) this.to.write(bytes);
    }
    if (this.heldBytes < MOST_HELD && this.from.isPaused()) this.from.resume();
    const next = this.held[0];
    if (next !== undefined) this.timer = setTimeout(() => this.release(), Math.max(0, next.due - now));
    else if (this.ended && !this.to.destroyed) this.to.end();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.held.length = 0;
  }

  private take(bytes: Buffer): void {
    const { latencyMs, jitterMs, bandwidth, sliceBytes } = this.faults();
    const size = sliceBytes > 0 ? sliceBytes : bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      const late = Math.max(0, latencyMs + (this.random() * 2 - 1) * jitterMs);
      const passing = bandwidth > 0 ? (piece.length / bandwidth) * 1000 : 0;
      // A piece never overtakes the one before it, and shares the line with it.
      this.lastDue = Math.max(performance.now() + late, this.lastDue) + passing;
      this.held.push({ bytes: piece, due: this.lastDue });
      this.heldBytes += piece.length;
    }
    if (this.heldBytes >= MOST_HELD) this.from.pause();
    this.release();
  }
}
