import type { EpochMs } from '#contracts';
import { actionCodes } from './action-codes.js';
import { HOUR_MS } from './clock.js';
import type { StateParts } from './state-parts.js';
import { stands } from './reader-view.js';
import { strengthOf } from './strength.js';

/** One action as an encoder sees it. */
export interface EncodedAction {
  /** Content vector of the paper. */
  readonly vector: Float32Array;
  readonly action: number;
  /** How much it speaks for the paper, in upvotes; negative speaks against. */
  readonly strength: number;
  readonly time: EpochMs;
}

/**
 * Turns a reader's actions, in order, into a taste vector: a recurrence with constant memory and time an action. Its numbers are doubles, and the same actions in the
 * same order give the same bits whether they are stepped as they come or all at once.
 */
export interface ReaderEncoder {
  readonly name: string;
  start(dimensions: number): Float64Array;
  /** Takes in one action, changing `state`. Actions come in order of time. */
  step(state: Float64Array, action: EncodedAction): void;
  /** The taste, unit norm; null while there is none. */
  read(state: Float64Array, dimensions: number): Float32Array | null;
}

/** A sum of paper vectors that halves with time: `s = s * 2^(-dt / halfLife) + strength * vector`. State: time of the last action, then the sum. */
export const decayedSum = (halfLifeHours: number): ReaderEncoder => ({
  name: `decayed-sum-${halfLifeHours}h`,
  start: (dimensions) => new Float64Array(dimensions + 1),
  step: (state, { vector, strength, time }) => {
    const decay = state[0] === 0 ? 0 : 2 ** (-(time - state[0]!) / (halfLifeHours * HOUR_MS));
    state[0] = time;
    for (let i = 0; i < vector.length; i++) state[i + 1] = state[i + 1]! * decay + strength * vector[i]!;
  },
  read: (state) => unit(state.subarray(1)),
});

/** The vector at length one, as float32; null for the zero vector. */
export const unit = (vector: Float64Array): Float32Array | null => {
  let squares = 0;
  for (const x of vector) squares += x * x;
  if (!(squares > 1e-24)) return null;
  const norm = Math.sqrt(squares);
  return Float32Array.from(vector, (x) => x / norm);
};

interface Kept {
  state: Float64Array;
  /** Ring entries taken in. */
  taken: number;
  /** Entries passed over because their paper had no vector yet. */
  missing: number;
  revision: number;
  vectorsRevision: number;
  additions: number;
}

const TASTES_KEPT = 4096;
/** Hides looked back on. */
const HIDES = 30;

/** Taste vectors of readers, continued while their rings only grow and made again from the ring otherwise. */
export class Tastes {
  private readonly kept = new Map<number, Kept>();

  constructor(
    private readonly parts: StateParts,
    private readonly encoder: ReaderEncoder,
  ) {}

  /** Null when nothing in the ring has a vector. */
  of(reader: number): Float32Array | null {
    const kept = this.continued(reader) ?? this.begun();
    this.kept.delete(reader);
    this.kept.set(reader, kept);
    if (this.kept.size > TASTES_KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.takeIn(reader, kept);
    return this.encoder.read(kept.state, this.parts.config.dimensions);
  }

  /** Mean direction of what the reader hid lately; null when nothing. */
  aversionOf(reader: number): Float32Array | null {
    const { readers, vectors, config } = this.parts;
    const { actions } = readers.get(reader);
    const sum = new Float64Array(config.dimensions);
    for (let place = actions.size - 1, hides = 0; place >= 0 && hides < HIDES; place--) {
      const entry = actions.at(place);
      if (entry.action !== actionCodes.hide || !stands(this.parts, reader, entry)) continue;
      hides++;
      vectors.get(entry.paper)?.forEach((x, i) => (sum[i]! += x));
    }
    return unit(sum);
  }

  private continued(reader: number): Kept | undefined {
    const kept = this.kept.get(reader);
    const { vectors, readers } = this.parts;
    if (kept === undefined || readers.get(reader).rebuilt > kept.revision || kept.vectorsRevision !== vectors.revision) return undefined;
    return kept.missing > 0 && kept.additions !== vectors.additions ? undefined : kept;
  }

  private begun(): Kept {
    const state = this.encoder.start(this.parts.config.dimensions);
    return { state, taken: 0, missing: 0, revision: 0, vectorsRevision: 0, additions: 0 };
  }

  private takeIn(reader: number, kept: Kept): void {
    const { readers, vectors } = this.parts;
    const record = readers.get(reader);
    for (; kept.taken < record.actions.size; kept.taken++) {
      const entry = record.actions.at(kept.taken);
      const strength = strengthOf(entry);
      if (strength === 0 || !stands(this.parts, reader, entry)) continue;
      const vector = vectors.get(entry.paper);
      if (vector === null) kept.missing++;
      else this.encoder.step(kept.state, { vector, action: entry.action, strength, time: entry.time });
    }
    Object.assign(kept, { revision: record.revision, vectorsRevision: vectors.revision, additions: vectors.additions });
  }
}
