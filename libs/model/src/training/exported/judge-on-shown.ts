import { clusteredInterval, mean } from '#ranking';
import type { Interval, RowScorer } from '#ranking';
import { listNdcg } from '../ranking-figures.js';
import type { RetrainableModel, ShownList } from './shown-list.js';

/** How two models order the same answers, by what readers then did on them. */
export interface ShownVerdict {
  readonly requests: number;
  /** Readers with a request among these; each anonymous request counts as one. */
  readonly readers: number;
  /** Mean NDCG@10. */
  readonly live: number;
  readonly trained: number;
  /** Of `trained - live`, request by request; the 95 % interval resamples readers. */
  readonly difference: Interval;
}

const DEPTH = 10;

/** Whom a request belongs to: anonymous ones resemble nobody that is known. */
export const groupOf = ({ reader, requestId }: ShownList): string => reader ?? `request ${requestId}`;

/** Judges two loaded models on the same answers: those of `lists` on which something was chosen. The same lists and seed give the same figures. */
export const judgeOnShown = async (
  kind: RetrainableModel,
  lists: readonly ShownList[],
  models: { readonly live: RowScorer; readonly trained: RowScorer },
  seed: number,
): Promise<ShownVerdict> => {
  const figures = async (model: RowScorer): Promise<number[]> => {
    const values: number[] = [];
    for (const list of lists) {
      const scores = await model.score(list.rows, list.count);
      const head = kind === 'trending' ? list.head : 0;
      values.push(listNdcg({ scores: scores.filter((_, at) => at % model.heads === head), gains: list.gains }, DEPTH));
    }
    return values;
  };
  const [live, trained] = [await figures(models.live), await figures(models.trained)];
  const groups = lists.map(groupOf);
  const difference = clusteredInterval(
    trained.map((value, at) => value - live[at]!),
    groups,
    { seed },
  );
  return { requests: lists.length, readers: new Set(groups).size, live: mean(live), trained: mean(trained), difference };
};
