import type { EpochMs } from '#contracts';
import { ExploredSlots, rewardBy } from '../off-policy/off-policy-sums.js';
import { PaperRewards, SlotRewards } from '../off-policy/reward-model.js';
import { CalibrationSums } from './calibration-sums.js';
import { Catalogue } from './catalogue.js';
import { defaultEvaluationOptions, type EvaluationOptions } from './evaluation-options.js';
import { notesOn } from './evaluation-notes.js';
import type { Calibration, Evaluation, Figure, OffPolicy, SideName } from './evaluation-result.js';
import { ExposureSums } from './exposure-sums.js';
import { FigureSums } from './figure-sums.js';
import { judged, sidesOf, type JudgedRequest, type RequestSum } from './judged-request.js';
import { ReaderGroups } from './reader-groups.js';
import { Relevance } from './relevance.js';
import { RunDirectory } from './run-directory.js';
import { ScoreSums } from './score-sums.js';
import { Slicing } from './slicing.js';
import { TimelineSums } from './timeline-sums.js';

/** Called at every request that is read, with how many were and will be (null: the manifest does not say); each pass over them counts. */
export type Heard = (done: number, total: number | null) => void;

/**
 * Judges every side of a finished run. Reads its directory and nothing else, writes nothing, and gives the same figures for the same bytes and options. Memory grows with readers, papers and what
 * readers did, not with requests.
 *
 * @throws {RunFileFailure} a file is missing or is not what the manifest says.
 */
export const evaluateRun = async (
  directory: string,
  options: EvaluationOptions = defaultEvaluationOptions,
  heard: Heard = () => undefined,
): Promise<Evaluation> => {
  const run = await RunDirectory.open(directory);
  const parts = await partsOf(run, options);
  const sums = sumsOf(parts, options);
  const pass = passesOver(run, parts, options, heard);
  const groups = await pass(Object.values(sums));
  const { rewards, ...rest } = sums;
  const calibration = wants(options, 'calibration') ? rest.calibration.calibrations() : [];
  const figures = [...rest.figures.figures(), ...errorFigures(calibration, rest.counts)];
  const evaluation: Omit<Evaluation, 'notes'> = {
    format: 1,
    kind: parts.kind,
    manifest: run.manifestHash,
    options: optionsOf(options),
    counts: { ...rest.counts.counts(), readers: groups.readers, anonymous: groups.anonymousRequests, papers: parts.catalogue.size },
    figures,
    differences: rest.figures.differences(),
    timeline: rest.timeline.timeline(),
    calibration,
    scores: rest.scores.distributions(),
    drift: rest.scores.drift(),
    shifts: rest.scores.shifts(),
    exposure: rest.exposure.exposure(),
    movers: rest.exposure.movers(),
    offPolicy: await offPolicyOf(parts, options, rewards, pass),
  };
  return { ...evaluation, notes: notesOn(evaluation) };
};

interface RunParts {
  readonly kind: 'served' | 'prequential';
  readonly sides: readonly SideName[];
  readonly catalogue: Catalogue;
  readonly relevance: Relevance;
  readonly slicing: Slicing;
}

const partsOf = async (run: RunDirectory, { by }: EvaluationOptions): Promise<RunParts> => {
  const first = await run.firstRequest();
  const kind = first !== null && first.served === undefined ? 'prequential' : 'served';
  const catalogue = await Catalogue.read(run.papers());
  const relevance = await Relevance.read(run, catalogue, kind);
  return { kind, sides: first === null ? ['a'] : sidesOf(first), catalogue, relevance, slicing: new Slicing(by, catalogue, relevance) };
};

const sumsOf = ({ sides, catalogue, relevance, slicing }: RunParts, options: EvaluationOptions) => ({
  counts: new RequestCounts(),
  figures: new FigureSums({ options, sides, slicing, relevance, catalogue }),
  timeline: new TimelineSums(options, sides),
  calibration: new CalibrationSums(sides),
  scores: new ScoreSums(sides),
  exposure: new ExposureSums(sides, catalogue),
  rewards: new SlotRewards(rewardBy(options.offPolicy?.reward ?? 'engaged')),
});

/** Adds every request to sums. Out: the groups that its readers were put in. */
type Pass = (sums: readonly RequestSum[]) => Promise<ReaderGroups>;

/** Passes of weighing slots that were left to chance, after the one that all else takes. */
const WEIGHING = 2;

const passesOver = (run: RunDirectory, parts: RunParts, { keeps, offPolicy }: EvaluationOptions, heard: Heard): Pass => {
  const requests = run.manifest.counts['requests'];
  const total = requests === undefined ? null : requests * (offPolicy === null || parts.kind === 'prequential' ? 1 : 1 + WEIGHING);
  let done = 0;
  return async (sums) => {
    const groups = new ReaderGroups();
    for await (const request of run.requests()) {
      heard(++done, total);
      if (keeps !== undefined && !keeps(request.readerRef ?? request.requestId)) continue;
      const seen = judged(request, { ...parts, groups });
      for (const sum of sums) sum.add(seen);
    }
    return groups;
  };
};

/** Two more passes: what a paper may be expected to earn is known only when what slots earn is, and that only after all have been seen. */
const offPolicyOf = async (
  { kind, sides }: RunParts,
  options: EvaluationOptions,
  slots: SlotRewards,
  pass: Pass,
): Promise<OffPolicy | null> => {
  if (options.offPolicy === null || kind === 'prequential') return null;
  const { reward } = options.offPolicy;
  const rewards = new PaperRewards(rewardBy(reward), slots);
  await pass([rewards]);
  const explored = new ExploredSlots(sides, rewardBy(reward), rewards);
  await pass([explored]);
  return explored.result(options, reward);
};

class RequestCounts implements RequestSum {
  private requests = 0;
  private judgedOnes = 0;
  private relevant = 0;
  private first: EpochMs | null = null;
  private last: EpochMs | null = null;

  add({ at, gains }: JudgedRequest): void {
    this.requests++;
    if (gains.size > 0) this.judgedOnes++;
    this.relevant += gains.size;
    this.first ??= at;
    this.last = at;
  }

  counts(): Pick<Evaluation['counts'], 'requests' | 'judged' | 'relevant' | 'first' | 'last'> {
    const text = (at: EpochMs | null): string | null => (at === null ? null : new Date(at).toISOString());
    return { requests: this.requests, judged: this.judgedOnes, relevant: this.relevant, first: text(this.first), last: text(this.last) };
  }
}

const wants = ({ metrics }: EvaluationOptions, measure: string): boolean => metrics.some((metric) => metric.measure === measure);

/** Calibration as a figure like others, without an interval. */
const errorFigures = (calibration: readonly Calibration[], counts: RequestCounts): Figure[] =>
  calibration.map(({ side, error }) => ({
    metric: 'calibration',
    slice: { by: 'all', value: 'all' },
    side,
    requests: counts.counts().requests,
    readers: 0,
    value: error,
    low: null,
    high: null,
  }));

const optionsOf = ({ metrics, by, seed, resamples, level }: EvaluationOptions): Evaluation['options'] => ({
  metrics: metrics.map(({ name }) => name),
  by: [...by],
  seed,
  resamples,
  level,
});
