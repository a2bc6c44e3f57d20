import { parseOptions, UsageError, type OptionSpecs } from '#config';
import { retrainable } from '#model';
import type { GainRule, RetrainableModel } from '#model';
import {
  modelOf,
  readTrainingOptions,
  ruleOf,
  trainingOptionsHelp,
  trainingOptionSpecs,
  wholeOf,
  type TrainingOptions,
} from './training-options.js';

export const retrainHelp = `npm run retrain -- [options]
npm run retrain -- seed --from DIR

Learns from what readers of this site did in the last days: exports what was shown with features as they were known at the moment, trains a new version of each model,
judges it against the live one on the last answers, writes it to MODELS_DIR/<name>/<version>/ and makes it the shadow: scored beside the live one and never
shown. Reads the log only; nothing goes live unless --promote-if says so.

  --model personal|trending|all   (default all)
  --days 14              of the log, up to 365
  --source log|file:DIR   as of npm run replay (default log). The archive has no answers that were served: it can not be trained from
  --outcome-hours 24     how long after its request an action counts
  --promote-if RULE      makes it live when this holds too, and its interval lies above 0; never by default
  --if-refused fail|succeed   whether too little data, or a model that is not better, is a failed run (default fail; a CronJob says succeed)
  --work DIR             for the exported rows, which are removed again (default: the system's folder for temporary files)
${trainingOptionsHelp}

seed copies the versions below DIR that MODELS_DIR does not have, each whole or not at all: how a shared volume gets the models of the image.

Settings: DATABASE_URL, BROKER, KAFKA_BROKERS, MODELS_DIR (README). Exit codes: 0 done, 1 fault, 2 unusable options, settings or range, 3 too little data,
4 not better, 130 interrupted: then nothing is registered. With several models the worst of their codes.`;

const specs = {
  ...trainingOptionSpecs,
  model: { type: 'string', default: 'all' },
  days: { type: 'string', default: '14' },
  source: { type: 'string', default: 'log' },
  'outcome-hours': { type: 'string', default: '24' },
  'promote-if': { type: 'string' },
  'if-refused': { type: 'string', default: 'fail' },
  work: { type: 'string' },
} as const satisfies OptionSpecs;

export interface RetrainOptions {
  readonly models: readonly RetrainableModel[];
  readonly days: number;
  readonly source: string;
  readonly outcomeHours: number;
  readonly training: TrainingOptions;
  readonly promoteIf: GainRule | null;
  readonly refusalFails: boolean;
  readonly work: string | null;
}

/** @throws {UsageError} */
export const readRetrainOptions = (args: readonly string[]): RetrainOptions => {
  const { values } = parseOptions(args, specs);
  const { source } = values;
  if (source !== 'log' && !/^file:./.test(source))
    throw new UsageError(
      `--source ${source}: must be log or file:DIR${source === 'archive' ? '; the archive has no answers that were served' : ''}`,
    );
  if (values['if-refused'] !== 'fail' && values['if-refused'] !== 'succeed')
    throw new UsageError(`--if-refused ${values['if-refused']}: must be fail or succeed`);
  return {
    models: values.model === 'all' ? (Object.keys(retrainable) as RetrainableModel[]) : [modelOf(values.model)],
    days: wholeOf('days', values.days, 1, 365),
    source,
    outcomeHours: wholeOf('outcome-hours', values['outcome-hours'], 1, 2160),
    training: readTrainingOptions(values),
    promoteIf: values['promote-if'] === undefined ? null : ruleOf('promote-if', values['promote-if']),
    refusalFails: values['if-refused'] === 'fail',
    work: values.work ?? null,
  };
};
