import { topics } from '#contracts';
import type { Manifest } from '../files/manifest.js';
import type { StreamSummary } from '../files/run-files.js';
import { notRankedMeans } from '../rerank/not-ranked.js';
import type { RunPlan } from './run-plan.js';
import { understoodOptionsSchema } from './understood-options.js';

const sideText = (name: string, { models, configHash }: Manifest['a']): string =>
  `side ${name}   ${Object.entries(models)
    .map(([model, { version }]) => `${model}=${version}`)
    .join(', ')}, configuration ${configHash}`;

/** What a run would do with the stream, for `--dry-run`. */
export const runPlanText = (plan: RunPlan): string => {
  const { at, asOf, state, where, sample, seed, outcomeHours } = understoodOptionsSchema.parse(plan.options);
  return [
    `source   ${plan.source.kind === 'file' ? `file ${plan.source.folder}` : plan.source.kind}`,
    `state    ${state === 'cold' ? 'cold: what is kept before the range is folded too' : `snapshot ${plan.state} (${state.slice(0, 16)})`}`,
    `moments  at ${at}, as of ${asOf}, outcomes within ${outcomeHours} h`,
    `kept     ${where ?? 'every request'}${sample === null ? '' : `, ${100 * sample} % of the readers`}, seed ${seed}`,
    sideText('a', plan.a),
    ...(plan.b === undefined ? [] : [sideText('b', plan.b)]),
    `workers  ${plan.parallel}`,
  ].join('\n');
};

/** What came out, in a few lines. */
export const manifestSummary = (manifest: Manifest, out: string): string =>
  [
    out,
    ...Object.entries(manifest.counts).map(([name, count]) => `  ${name.padEnd(18)}${count}`),
    `  ${'state'.padEnd(18)}${manifest.stateHash}`,
    `  ${'stream'.padEnd(18)}${manifest.streamHash}`,
  ].join('\n');

/** Which served records were passed over, with examples; null where none was. */
export const notRankedText = ({ records, notRanked }: StreamSummary): string | null => {
  if (notRanked === undefined) return null;
  const outcomes = records[topics.feedServed.name] ?? {};
  const causes = [...new Set(notRanked.map(({ cause }) => cause))];
  return [
    'not ranked again, and in none of the files but stream.json:',
    ...causes.map((cause) => `  ${outcomes[cause] ?? 0} x ${cause}: ${notRankedMeans[cause]}`),
    ...notRanked.map(({ at, requestId, says }) => `    ${at}${requestId === null ? '' : `  ${requestId}`}  ${says}`),
  ].join('\n');
};
