import { createHash } from 'node:crypto';

const LANES = 8;

/**
 * A hash of a set of things that is kept up to date instead of made anew: the lane-wise sum (mod 2^32, eight lanes) of each member's SHA-256. Sums commute, so no sorting of a
 * hundred thousand readers is needed, and asking again costs only what changed. Source: set hashing by addition (AdHash), Bellare and Micciancio, 1997. It finds accidents, not forgers.
 */
export class AdditiveDigest {
  private readonly sum = new Uint32Array(LANES);
  private members = new Uint32Array(0);
  private readonly changed = new Set<number>();

  /** The member's content changed (or it is new). */
  touch(member: number): void {
    this.changed.add(member);
  }

  /** Takes in at most `limit` changes and answers how many are left: the work of `settle` in parts, for who must not be held up. */
  settleSome(limit: number, encode: (member: number) => Uint8Array | null): number {
    let room = limit;
    for (const member of this.changed) {
      if (room-- <= 0) break;
      this.replace(member, encode(member));
      this.changed.delete(member);
    }
    return this.changed.size;
  }

  /** Takes in all changes: `encode` gives the canonical bytes of a member, null when it holds nothing worth hashing. */
  settle(encode: (member: number) => Uint8Array | null): Uint8Array {
    for (const member of this.changed) this.replace(member, encode(member));
    this.changed.clear();
    const bytes = new Uint8Array(LANES * 4);
    const view = new DataView(bytes.buffer);
    this.sum.forEach((lane, i) => view.setUint32(i * 4, lane));
    return bytes;
  }

  private replace(member: number, content: Uint8Array | null): void {
    this.reserve(member);
    const digest = content === null ? null : createHash('sha256').update(content).digest();
    for (let lane = 0; lane < LANES; lane++) {
      const at = member * LANES + lane;
      const value = digest === null ? 0 : digest.readUInt32BE(lane * 4);
      this.sum[lane] = this.sum[lane]! - this.members[at]! + value;
      this.members[at] = value;
    }
  }

  private reserve(member: number): void {
    if ((member + 1) * LANES <= this.members.length) return;
    const grown = new Uint32Array(Math.max((member + 1) * LANES, Math.ceil(this.members.length * 1.5), 64 * LANES));
    grown.set(this.members);
    this.members = grown;
  }
}
