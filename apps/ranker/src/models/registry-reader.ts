import type { RegistryEntry } from '#ranking';

/** Says which version of each model should serve. */
export abstract class RegistryReader {
  /** Everything that is in use. @throws when it cannot be read now. */
  abstract entries(): Promise<readonly RegistryEntry[]>;

  /** Number of the last change; 0 before the first. @throws when it cannot be read now. */
  abstract revision(): Promise<number>;
}
