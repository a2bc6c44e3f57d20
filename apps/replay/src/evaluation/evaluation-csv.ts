import { csvLine } from './csv-line.js';
import type { Difference, Evaluation, Figure } from './evaluation-result.js';

const heading = ['metric', 'slice', 'value', 'side', 'minus', 'requests', 'readers', 'estimate', 'low', 'high'] as const;

/** Every figure, difference and off-policy estimate of an evaluation, a line each. `minus` is the side that was taken off, empty for a side alone. */
export const evaluationCsv = ({ figures, differences, offPolicy }: Evaluation): string =>
  [
    csvLine(heading),
    ...figures.map((figure) => lineOf(figure, figure.side, null)),
    ...differences.map((difference) => lineOf(difference, difference.better, difference.worse)),
    ...(offPolicy?.sides ?? []).flatMap(({ side, usable, estimates }) =>
      (estimates ?? []).map(({ estimator, value, low, high }) =>
        csvLine([estimator, 'explored slots', offPolicy!.reward, side, null, usable, null, value, low, high]),
      ),
    ),
  ].join('');

const lineOf = ({ metric, slice, requests, readers, value, low, high }: Figure | Difference, side: string, minus: string | null): string =>
  csvLine([metric, slice.by, slice.value, side, minus, requests, readers, value, low, high]);
