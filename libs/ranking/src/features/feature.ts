import { createHash } from 'node:crypto';

/**
 * One column of a model's input: a name, the range its values stay in, and how it is read from the signals.
 * Serving, replay and training call this same object, so the three can not drift apart.
 */
export interface Feature<S> {
  readonly name: string;
  /** Inclusive bounds; a value outside (or not finite) is a bug that tests look for. */
  readonly range: readonly [low: number, high: number];
  read(signals: S): number;
}

export const namesOf = (features: readonly Feature<never>[]): readonly string[] => features.map(({ name }) => name);

/** Identifies a feature list, order included: written into every manifest, compared before a model may go live. */
export const featureHash = (names: readonly string[]): string => createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16);

/** Bound of log1p of any count we hold (counts fit 32 bits). */
export const LOG_COUNT_MAX = 23;

export const logCount = (count: number): number => Math.min(LOG_COUNT_MAX, Math.log1p(Math.max(0, count)));

export const clamp = (value: number, low: number, high: number): number => (value > low ? (value < high ? value : high) : low);
