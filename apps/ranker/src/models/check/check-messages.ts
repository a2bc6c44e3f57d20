import type { ScorerName } from '#ranking';

/** What a check is told. */
export interface CheckRequest {
  readonly name: ScorerName;
  /** The folder of the version. */
  readonly directory: string;
  /** MODEL_MAX_MS */
  readonly maxMs: number;
}

/** What it answers: `code` and `problem` as of the failure that the version was refused for. */
export type CheckVerdict = { readonly fit: true } | { readonly fit: false; readonly code: string; readonly problem: string };
