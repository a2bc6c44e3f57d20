import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, UsageError, type ReplayCommand } from '../cli/command.js';
import { parseOptions } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { broken, parseAssertion, type Assertion } from '../evaluation/assertion.js';
import { evaluateRun } from '../evaluation/evaluate-run.js';
import { evaluationCsv } from '../evaluation/evaluation-csv.js';
import { defaultMetrics, type EvaluationOptions } from '../evaluation/evaluation-options.js';
import { evaluationFiles, evaluationSchema, sliceKinds, type Evaluation, type SliceKind } from '../evaluation/evaluation-result.js';
import { evaluationText } from '../evaluation/evaluation-text.js';
import { parseMetric, type Metric } from '../evaluation/metric.js';
import { canonicalJson } from '../files/canonical-json.js';
import { EffectiveSamplesFailure } from '../off-policy/effective-samples.failure.js';
import { LEAST_EFFECTIVE_SAMPLES } from '../off-policy/off-policy-sums.js';

const help = `npm run replay -- eval DIR [options]: judges what a run would have shown against what readers did.

Reads the run directory DIR (written by run) and nothing else. Sides: what was served, a, and b where the run has it. Relevant is what readers did on each
request: upvote or save 3, comment, share or outbound 2, open 1, undone 0; at prequential runs (--at interactions) the paper that was chosen.
Values come with 95 % bootstrap intervals over readers, differences (a - served, b - a) request by request.

  --metrics LIST       default ${defaultMetrics.join(',')}
                       ndcg@K, mrr, recall@K, map, hit@K: over requests on which something of worth was done
                       coverage[@K]: share of the run's papers that are shown; novelty[@K]: bits, of papers by how many requests chose them
                       calibration: mean distance of claimed and true chances of an engagement
  --by LIST            slices: ${sliceKinds.join(',')} (default all of them); topic and age are of the relevant papers
  --off-policy         what each side's slots would have earned, from the served slots that were left to chance: IPS, SNIPS and DR
                       with the effective sample size; refused (exit code 2) below ${LEAST_EFFECTIVE_SAMPLES}
  --reward WHAT        what a slot earns: engaged (default, 1 for any engagement) or gain
  --assert LINE        may be repeated; exit code 4 names each line that does not hold. [SIDE.]METRIC[.low|.high][[SLICE=VALUE]] OP NUMBER, where SIDE is
                       a (default), b, served, a-served or b-a, METRIC any metric or ips, snips, dr, and OP one of >= <= > < ==
  --resamples N        default 1000
  --seed N             default 1: the same seed gives the same intervals

Writes ${evaluationFiles.json} and ${evaluationFiles.csv} into DIR; report draws its figures from the first.

  npm run replay -- eval runs/half-lives
  npm run replay -- eval runs/half-lives --metrics ndcg@10 --by surface --assert 'ndcg@10>=0.35' --assert 'b-a.ndcg@10.low[surface=for-you]>-0.01'
  npm run replay -- eval runs/half-lives --off-policy --assert 'b.snips>=0.05'`;

/** The command line, checked. */
interface EvalOrder {
  readonly directory: string;
  readonly options: EvaluationOptions;
  readonly assertions: readonly Assertion[];
}

const specs = {
  metrics: { type: 'string', default: defaultMetrics.join(',') },
  by: { type: 'string', default: sliceKinds.join(',') },
  'off-policy': { type: 'boolean', default: false },
  reward: { type: 'string' },
  assert: { type: 'string', multiple: true, default: [] as string[] },
  resamples: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
} as const;

/** @throws {UsageError} */
export const readEvalOrder = (args: readonly string[]): EvalOrder => {
  const { values, positionals } = parseOptions(args, specs, 1);
  const [directory] = positionals;
  if (directory === undefined) throw new UsageError('DIR is missing: the directory that run wrote');
  const assertions = values.assert.map((line) => understood('--assert', parseAssertion(line)));
  const metrics = [
    ...listed(values.metrics).map((name) => understood('--metrics', parseMetric(name))),
    ...assertions.flatMap(({ metric }) => metric ?? []),
  ];
  const weighs = values['off-policy'] || assertions.some(({ metric }) => metric === null);
  if (values.reward !== undefined && !weighs) throw new UsageError(`--reward ${values.reward}: goes with --off-policy`);
  return {
    directory,
    assertions,
    options: {
      metrics: distinct(metrics),
      by: [...new Set([...listed(values.by).map(sliceKind), ...assertions.flatMap(({ slice }) => (slice.by === 'all' ? [] : [slice.by]))])],
      resamples: wholeNumber('--resamples', values.resamples, 100, 100_000),
      seed: wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
      level: 0.95,
      offPolicy: weighs ? { reward: rewardOf(values.reward ?? 'engaged') } : null,
    },
  };
};

/** Empty for `none` or nothing. */
const listed = (text: string): string[] => (text === '' || text === 'none' ? [] : text.split(',').map((word) => word.trim()));

const understood = <T>(option: string, read: T | string): T => {
  if (typeof read === 'string') throw new UsageError(`${option} ${read}`);
  return read;
};

const distinct = (metrics: readonly Metric[]): Metric[] => [...new Map(metrics.map((metric) => [metric.name, metric])).values()];

const sliceKind = (word: string): SliceKind => {
  const kind = sliceKinds.find((known) => known === word);
  if (kind === undefined) throw new UsageError(`--by ${word}: must be one of ${sliceKinds.join(', ')}`);
  return kind;
};

const rewardOf = (word: string): 'engaged' | 'gain' => {
  if (word === 'engaged' || word === 'gain') return word;
  throw new UsageError(`--reward ${word}: must be engaged or gain`);
};

const wholeNumber = (option: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option} ${text}: must be a whole number from ${least} to ${most}`);
};

export const evalCommand: ReplayCommand = {
  name: 'eval',
  summary: 'judges a run against what readers did, with intervals, slices and off-policy estimates',
  help,
  async run(args, { print, say }) {
    const { directory, options, assertions } = readEvalOrder(args);
    const progress = new Progress(say);
    const evaluation = await evaluateRun(directory, options, (done, total) => progress.update(done, total, 'requests'));
    progress.end();
    await writeFile(join(directory, evaluationFiles.json), `${canonicalJson(evaluationSchema)(evaluation)}\n`);
    await writeFile(join(directory, evaluationFiles.csv), evaluationCsv(evaluation));
    print(evaluationText(evaluation));
    const complaints = assertions.flatMap((assertion) => broken(assertion, evaluation) ?? []);
    for (const complaint of complaints) say(complaint);
    refuseThin(evaluation);
    return complaints.length > 0 ? exitCodes.assertion : exitCodes.done;
  },
};

/** @throws {EffectiveSamplesFailure} */
const refuseThin = ({ offPolicy }: Evaluation): void => {
  const thin = (offPolicy?.sides ?? []).filter(({ estimates }) => estimates === null);
  if (thin.length === 0) return;
  const counts = thin.map(({ side, effectiveSamples }) => `${side} has ${effectiveSamples.toFixed(0)}`).join(', ');
  throw new EffectiveSamplesFailure(
    `no off-policy estimate from fewer than ${LEAST_EFFECTIVE_SAMPLES} effective samples: ${counts} of ${offPolicy!.explored} explored slots; replay a longer range, or explore more`,
    { explored: offPolicy!.explored },
  );
};
