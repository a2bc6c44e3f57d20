import { type Failure, type Positions, topics } from '#contracts';
import { SnapshotDamagedFailure, SnapshotPackingFailure } from '#persistence';
import { defaultStateConfig, type PaperEncoder, RankingState, type StateConfig, StateSnapshotFailure } from '#ranking';
import { partitionsOf, type StreamSource } from '../stream/stream.js';
import { foldState, type FoldState } from './fold-state.js';
import type { StoredState } from './snapshot-file.js';
import { SnapshotUnusableFailure } from './snapshot.failure.js';
import { coldStart } from './start-state.js';

/** What was found of one snapshot: each check that was made, and the first thing that is wrong. */
export interface Verdict {
  readonly checks: readonly string[];
  readonly problem: string | null;
}

/**
 * The hash of a state leaves vectors out, so no model is needed to check it: with this encoder every paper is folded without a vector, and those of a snapshot
 * are passed over.
 */
const withoutVectors: StateConfig = { ...defaultStateConfig, encoderVersion: 'none' };
const noEncoder: PaperEncoder = {
  name: 'none',
  version: 'none',
  dimensions: withoutVectors.dimensions,
  encode: (papers) => Promise.resolve(papers.map(() => new Float32Array(withoutVectors.dimensions))),
};

const saysDamage = (error: unknown): error is Failure =>
  [SnapshotUnusableFailure, SnapshotDamagedFailure, SnapshotPackingFailure, StateSnapshotFailure].some((kind) => error instanceof kind);

/** Reads a snapshot as a ranker would, and computes its hash anew. @param load checks the stored bytes while it reads them */
export const verifyStored = async (load: () => Promise<StoredState>): Promise<Verdict & { readonly stored: StoredState | null }> => {
  const checks: string[] = [];
  try {
    const stored = await load();
    checks.push('checksum');
    const hash = RankingState.deserialize(stored.bytes, withoutVectors).hash();
    checks.push('state');
    if (hash !== stored.stateHash) return { checks, problem: `the hash of the state is ${hash}, stored is ${stored.stateHash}`, stored };
    return { checks: [...checks, 'hash'], problem: null, stored };
  } catch (error) {
    if (!saysDamage(error)) throw error;
    return { checks, problem: `${error.code}: ${error.message}`, stored: null };
  }
};

/** Every record of the interactions counts, so all must be there from the first on; of papers the newest of each is enough. */
const fromTheFirst = (positions: Positions): Positions =>
  Object.fromEntries(partitionsOf(positions).flatMap(({ topic, key }) => (topic === topics.interactions.name ? [[key, '0']] : [])));

export type Refold = Pick<FoldState, 'signal' | 'progress'> & { readonly source: StreamSource };

/**
 * Folds the stream to the positions of a snapshot and compares the states.
 * @returns the problem, null when the states are the same, or `interrupted`.
 * @throws {RangeGoneFailure} the stream does not go back to its first record, or not up to the snapshot.
 */
export const refold = async ({ source, ...how }: Refold, { positions, stateHash }: StoredState): Promise<string | null> => {
  const range = await source.resolve({ kind: 'positions', from: fromTheFirst(positions), to: positions });
  const to = Object.fromEntries(Object.keys(positions).map((key) => [key, range.to[key]!]));
  const state = await foldState({ ...how, source, start: coldStart(withoutVectors, {}), to, encoder: noEncoder });
  if (state === null) return 'interrupted';
  return state.hash() === stateHash ? null : `folding the stream to its positions gives the state ${state.hash()}, stored is ${stateHash}`;
};
