import type { Digest } from '../digest.js';

/** A digest in every form. */
export interface Rendered {
  readonly digest: Digest;
  readonly text: string;
  readonly html: string;
  readonly jsonFeed: string;
  /** The same for the same digest and target list, whoever sends it and when: receivers can drop a second one by it. */
  readonly id: string;
}

/** Somewhere a digest can go, once. */
export interface Target {
  /** `smtp/readers`: without an address or a secret. */
  readonly name: string;
  /**
   * Hands it over. Out: what to say of it, without addresses.
   * @throws {RefusedFailure} it is certain that it did not arrive. Any other error: it may have.
   */
  deliver(rendered: Rendered): Promise<string>;
}
