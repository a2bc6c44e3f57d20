import type { Arrival } from './open-loop.js';
import { markOf, scoreOf, type MarkedKind, type MarkedModel } from './marked-models.js';

/** What was asked: which model answers it, and whether it explains itself. */
export interface Asked {
  readonly kind: MarkedKind;
  readonly explain: boolean;
}

interface Item {
  readonly paper: { readonly id: string };
  readonly score: number;
  readonly features?: Readonly<Record<string, number>>;
}

interface FeedBody {
  readonly model: { readonly name: string; readonly version: string };
  readonly degraded: readonly string[];
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** One answer, without its body. */
export interface SwapAnswer extends Asked {
  readonly dueAt: number;
  readonly doneAt: number;
  /** How late it was sent for want of our own time or a connection, ms. */
  readonly lateMs: number;
  /** Null when it failed. */
  readonly version: string | null;
  readonly degraded: readonly string[];
  /** What is wrong with it; null when nothing is. */
  readonly problem: string | null;
}

/** Float32 against float64 over some 50 features. */
const TOLERANCE = 2e-3;

/** What is wrong with the scores of an answer that names `model`; null when nothing is. */
export const scoresProblem = (items: readonly Item[], { kind, mark, version }: MarkedModel): string | null => {
  for (const { paper, score, features } of items) {
    if (markOf(score) !== mark) return `${paper.id} has a score of mark ${markOf(score)}, the answer names ${version} of mark ${mark}`;
    if (features === undefined) continue;
    const expected = scoreOf(kind, mark, Object.values(features));
    if (Math.abs(expected - score) > TOLERANCE) return `${paper.id}: score ${score}, but ${version} gives its features ${expected}`;
  }
  return null;
};

export const readFeed = (bytes: Buffer): FeedBody => JSON.parse(bytes.toString('utf8')) as FeedBody;

/** @param models every version that may be named, the bad ones too: by version */
export const readAnswer = (
  { tag, dueAt, sentAt, doneAt, response, failure }: Arrival<Asked>,
  models: ReadonlyMap<string, MarkedModel>,
): SwapAnswer => {
  const facts = { ...tag, dueAt, doneAt, lateMs: sentAt - dueAt };
  if (response === null) return { ...facts, version: null, degraded: [], problem: `no answer: ${failure ?? ''}` };
  if (response.status !== 200) {
    return { ...facts, version: null, degraded: [], problem: `status ${response.status}: ${response.body.toString('utf8', 0, 200)}` };
  }
  const { model, degraded, items } = readFeed(response.body);
  const named = models.get(model.version);
  const problem =
    named === undefined
      ? degraded.length > 0
        ? null
        : `names ${model.name}@${model.version}, which is none of ours`
      : scoresProblem(items, named);
  return { ...facts, version: model.version, degraded, problem };
};
