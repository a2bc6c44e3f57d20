import type { Trainable } from '../adam.js';

/** Weights while they change. */
export interface ReaderStateTrainables {
  readonly items: Trainable;
  readonly bias: Trainable;
  readonly parameters: Readonly<Record<string, Trainable>>;
}

/** What a step needs of the settings. */
export interface StepSettings {
  /** Actions after a place that it is asked for, all alike. */
  readonly horizon: number;
  readonly dropout: number;
}
