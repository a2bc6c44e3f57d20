import { UsageError, type OptionSpecs } from '#config';
import { gainRuleForm, leastData, MOST_ROWS, parseGainRule, retrainable } from '#model';
import type { FromExport, GainRule, RetrainableModel } from '#model';

/** Options of how it is trained and judged, the same for a file that is there and for a retraining. */
export const trainingOptionSpecs = {
  'held-out': { type: 'string', default: '0.2' },
  'keep-if': { type: 'string', default: 'ndcg@10>0' },
  'least-requests': { type: 'string', default: String(leastData.requests) },
  'least-held-out': { type: 'string', default: String(leastData.heldOut) },
  'least-readers': { type: 'string', default: String(leastData.readers) },
  'most-rows': { type: 'string', default: String(MOST_ROWS) },
  seed: { type: 'string', default: '1' },
} as const satisfies OptionSpecs;

export const trainingOptionsHelp = `  --held-out 0.2         the last answers, this share of them, judge and teach nothing
  --keep-if RULE         what the lead over the live model must be, or nothing is written (default ndcg@10>0): ndcg@10 is the mean difference on the answers
                         held out, ndcg@10.low the lower end of its 95 % interval (readers are resampled)
  --least-requests ${leastData.requests}   answers to learn from; only those count on which something was chosen, and something was not
  --least-held-out ${leastData.heldOut}   answers to judge by, likewise
  --least-readers ${leastData.readers}     readers of these
  --most-rows ${MOST_ROWS}     rows held in memory; of more, the same share of the answers of all times is read
  --seed 1               of every random choice`;

export type TrainingOptions = Pick<FromExport, 'heldOut' | 'keepIf' | 'least' | 'mostRows' | 'seed'>;

type Given = Readonly<Record<keyof typeof trainingOptionSpecs, string>>;

/** @throws {UsageError} */
export const readTrainingOptions = (given: Given): TrainingOptions => ({
  heldOut: numberOf('held-out', given['held-out'], 0.05, 0.5),
  keepIf: ruleOf('keep-if', given['keep-if']),
  least: {
    requests: wholeOf('least-requests', given['least-requests'], 1, 10_000_000),
    heldOut: wholeOf('least-held-out', given['least-held-out'], 1, 10_000_000),
    readers: wholeOf('least-readers', given['least-readers'], 1, 10_000_000),
  },
  mostRows: wholeOf('most-rows', given['most-rows'], 1000, 20_000_000),
  seed: wholeOf('seed', given.seed, 0, 2 ** 31 - 1),
});

/** @throws {UsageError} */
export const ruleOf = (option: string, text: string): GainRule => {
  const rule = parseGainRule(text);
  if (rule === null) throw new UsageError(`--${option} ${text}: must be ${gainRuleForm}`);
  return rule;
};

/** @throws {UsageError} */
export const modelOf = (text: string | undefined): RetrainableModel => {
  const names = Object.keys(retrainable) as RetrainableModel[];
  const found = names.find((name) => name === text);
  if (found === undefined) throw new UsageError(`--model ${text ?? 'is missing'}: must be ${names.join(' or ')}`);
  return found;
};

/** @throws {UsageError} */
export const wholeOf = (option: string, text: string, least: number, most: number): number => {
  const value = numberOf(option, text, least, most);
  if (!Number.isInteger(value)) throw new UsageError(`--${option} ${text}: must be a whole number`);
  return value;
};

const numberOf = (option: string, text: string, least: number, most: number): number => {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${option} ${text}: must be a number from ${least} to ${most}`);
};
