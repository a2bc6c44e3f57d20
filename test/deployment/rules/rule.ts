import type { Manifest } from '../../../scripts/deployment/manifest.js';

/** Something that the manifests of every overlay must keep. */
export interface Rule {
  readonly name: string;
  /** What would happen without it. */
  readonly why: string;
  /** What breaks the rule, for a person; empty when nothing does. */
  readonly check: (manifests: readonly Manifest[], overlay: string) => readonly string[];
}

/** `problem` where `broken` holds, of each of `things`. */
export const each = <T>(
  things: readonly T[],
  nameOf: (thing: T) => string,
  broken: (thing: T) => boolean,
  problem: string,
): readonly string[] => things.filter(broken).map((thing) => `${nameOf(thing)}: ${problem}`);
