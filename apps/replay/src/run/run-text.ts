import type { Manifest } from '../files/manifest.js';
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
