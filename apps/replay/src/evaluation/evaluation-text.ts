import type { Evaluation, Figure, OffPolicy, SideName, SidePair, SliceKind } from './evaluation-result.js';
import { inDigits, signed, textTable } from './text-table.js';

/** An evaluation for people: every metric over all requests, the first ranking metric by slice, then off-policy estimates and what must be known to read them. */
export const evaluationText = (evaluation: Evaluation): string =>
  [
    headOf(evaluation),
    allTable(evaluation),
    ...evaluation.options.by.flatMap((by) => sliceTable(evaluation, by)),
    ...(evaluation.offPolicy === null ? [] : [offPolicyText(evaluation.offPolicy)]),
    evaluation.notes.map((note) => `- ${note}`).join('\n'),
  ].join('\n\n');

const headOf = ({ kind, manifest, counts, options }: Evaluation): string =>
  [
    `run ${manifest.slice(0, 12)}, ${kind === 'served' ? 'at served requests' : 'before each choice (prequential)'}: ${counts.requests} requests of ${counts.readers} readers${counts.anonymous > 0 ? ` and ${counts.anonymous} without one` : ''}`,
    `${counts.first ?? '-'} to ${counts.last ?? '-'}; on ${counts.judged} requests readers did something of worth with ${counts.relevant} papers; ${counts.papers} papers`,
    `values with 95 % intervals: ${options.resamples} resamples of readers, seed ${options.seed}`,
  ].join('\n');

const sidesOf = ({ figures }: Evaluation): SideName[] => [...new Set(figures.map(({ side }) => side))];
const pairsOf = ({ differences }: Evaluation): SidePair[] => {
  const names = new Set(differences.map(({ better, worse }) => `${better} ${worse}`));
  return [...names].map((name) => {
    const [better, worse] = name.split(' ') as [SideName, SideName];
    return { better, worse };
  });
};

const withInterval = (told: Pick<Figure, 'value' | 'low' | 'high'> | undefined, spell: (value: number | null) => string): string => {
  if (told === undefined || told.value === null) return '-';
  return told.low === null || told.high === null ? spell(told.value) : `${spell(told.value)} [${spell(told.low)}, ${spell(told.high)}]`;
};

/** A row a metric, with a column for each side and each difference. */
const allTable = (evaluation: Evaluation): string => {
  const metrics = [...new Set(evaluation.figures.map(({ metric }) => metric))];
  return textTable([
    ['', 'requests', ...columnsOf(evaluation)],
    ...metrics.map((metric) => rowOf(evaluation, metric, 'all', 'all', metric)),
  ]);
};

const sliceTable = (evaluation: Evaluation, by: SliceKind): string[] => {
  const metric = evaluation.timeline?.metric;
  const values = [...new Set(evaluation.figures.filter(({ slice }) => slice.by === by).map(({ slice }) => slice.value))];
  if (metric === undefined || values.length === 0) return [];
  return [
    textTable([
      [`${metric} by ${by}`, 'requests', ...columnsOf(evaluation)],
      ...values.map((value) => rowOf(evaluation, metric, by, value, value)),
    ]),
  ];
};

const columnsOf = (evaluation: Evaluation): string[] => [
  ...sidesOf(evaluation),
  ...pairsOf(evaluation).map(({ better, worse }) => `${better} - ${worse}`),
];

const rowOf = (evaluation: Evaluation, metric: string, by: string, value: string, label: string): string[] => {
  const fits = (each: Pick<Figure, 'metric' | 'slice'>): boolean =>
    each.metric === metric && each.slice.by === by && each.slice.value === value;
  const figures = evaluation.figures.filter(fits);
  const differences = evaluation.differences.filter(fits);
  return [
    label,
    String(figures[0]?.requests ?? 0),
    ...sidesOf(evaluation).map((side) =>
      withInterval(
        figures.find((each) => each.side === side),
        inDigits,
      ),
    ),
    ...pairsOf(evaluation).map(({ better, worse }) =>
      withInterval(
        differences.find((each) => each.better === better && each.worse === worse),
        signed,
      ),
    ),
  ];
};

const offPolicyText = ({ reward, explored, logged, sides }: OffPolicy): string =>
  [
    `off-policy, ${reward === 'engaged' ? 'chance of an engagement' : 'gain'} a slot left to chance (${explored}); as served ${withInterval(logged, inDigits)}`,
    textTable([
      ['side', 'usable', 'matched', 'effective', 'supported', 'largest weight', 'ips', 'snips', 'dr'],
      ...sides.map(({ side, usable, matched, effectiveSamples, supported, largestWeight, estimates }) => [
        side,
        String(usable),
        String(matched),
        effectiveSamples.toFixed(0),
        supported.toFixed(3),
        largestWeight.toFixed(1),
        ...(estimates === null
          ? ['refused: fewer than 100 effective samples']
          : estimates.map((estimate) => withInterval(estimate, inDigits))),
      ]),
    ]),
  ].join('\n');
