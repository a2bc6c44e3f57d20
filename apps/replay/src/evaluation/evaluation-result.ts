import { z } from 'zod';
import { paperIdSchema, surfaceSchema, timestampSchema } from '#contracts';

/** What `eval` writes into the run directory: `eval.json` is one `Evaluation`, `eval.csv` its figures and differences, a line each. */
export const evaluationFiles = { json: 'eval.json', csv: 'eval.csv' } as const;

/** What readers were served, and what each side of the run would have served. A run has `served` unless it is prequential, always `a`, and `b` where it had a second side. */
export const sideNames = ['served', 'a', 'b'] as const;
export const sideNameSchema = z.enum(sideNames);
export type SideName = z.output<typeof sideNameSchema>;

/** What requests can be sliced by. `topic` and `age` are of the relevant papers, the others of the request. */
export const sliceKinds = ['topic', 'age', 'activity', 'surface', 'arm'] as const;
export const sliceKindSchema = z.enum(sliceKinds);
export type SliceKind = z.output<typeof sliceKindSchema>;

/** `{ by: 'all', value: 'all' }` is every request. */
export const sliceSchema = z.object({ by: z.enum(['all', ...sliceKinds]), value: z.string() });
export type Slice = z.output<typeof sliceSchema>;

/** A value with its interval; all null when nothing could be judged, `low` and `high` null for what has no interval (coverage, which resampling would understate). */
const estimate = {
  /** Requests that went into it, and the independent groups of them that were resampled: readers, an anonymous request being one of its own, in at most 4,096 groups. */
  requests: z.int(),
  readers: z.int(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
};

/** One metric of one side on one slice. */
export const figureSchema = z.object({ metric: z.string(), slice: sliceSchema, side: sideNameSchema, ...estimate });
export type Figure = z.output<typeof figureSchema>;

/** `better - worse`, request by request; resampled by reader. */
const pairSchema = z.object({ better: sideNameSchema, worse: sideNameSchema });
export type SidePair = z.output<typeof pairSchema>;
export const differenceSchema = z.object({ metric: z.string(), slice: sliceSchema, ...pairSchema.shape, ...estimate });
export type Difference = z.output<typeof differenceSchema>;

/** The first ranking metric over time, in buckets of equal width that begin at `at`; buckets without a judged request are left out. */
export const timelineSchema = z.object({
  metric: z.string(),
  widthMs: z.int().positive(),
  points: z.array(z.object({ at: timestampSchema, side: sideNameSchema, ...estimate })),
  differences: z.array(z.object({ at: timestampSchema, ...pairSchema.shape, ...estimate })),
});
export type Timeline = z.output<typeof timelineSchema>;

/**
 * Chance of an engagement as claimed from the score, against what happened, on slots that were served. Scores are no probabilities, so each surface's are mapped to chances by a logistic curve that was
 * fitted to the other half of the readers. Bins hold about equally many slots, by ascending chance; `low` and `high` are of `happened` (Wilson, 95 %).
 */
export const calibrationSchema = z.object({
  side: sideNameSchema,
  slots: z.int(),
  engaged: z.int(),
  /** Mean distance of claimed and happened over bins by their size. */
  error: z.number(),
  bins: z.array(z.object({ count: z.int(), claimed: z.number(), happened: z.number(), low: z.number(), high: z.number() })),
});
export type Calibration = z.output<typeof calibrationSchema>;

/** Scores of one side's slots on a surface. Bins are of equal width, the same for all sides of the surface; the outermost also hold what is beyond them. */
export const scoreDistributionSchema = z.object({
  surface: surfaceSchema,
  side: sideNameSchema,
  count: z.int(),
  mean: z.number(),
  bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
});
export type ScoreDistribution = z.output<typeof scoreDistributionSchema>;

/** Population stability index of a side's scores in a time bucket, against all of that side on the surface (deciles). Rule of thumb: below 0.1 steady, above 0.25 shifted. */
export const driftSchema = z.object({ surface: surfaceSchema, side: sideNameSchema, at: timestampSchema, count: z.int(), psi: z.number() });
export type Drift = z.output<typeof driftSchema>;

/** The same index between two sides. */
export const scoreShiftSchema = z.object({ surface: surfaceSchema, ...pairSchema.shape, psi: z.number() });
export type ScoreShift = z.output<typeof scoreShiftSchema>;

/** How a side spreads its slots over the catalogue (all papers that the run names). */
export const exposureSchema = z.object({
  side: sideNameSchema,
  /** Papers shown at least once, and papers there are. */
  shown: z.int(),
  catalogue: z.int(),
  slots: z.int(),
  /** 0 = every paper in as many slots, towards 1 = one paper in all. */
  gini: z.number(),
  /** Lorenz curve: share of all slots that the least shown share of papers has, from (0, 0) to (1, 1). */
  lorenz: z.array(z.object({ papers: z.number(), slots: z.number() })),
});
export type Exposure = z.output<typeof exposureSchema>;

/** A paper that the two sides of a pair show very differently often or high. `attention`: sum of 1 / log2(place + 2) over its slots, per 1,000 requests. */
export const moverSchema = z.object({
  paperId: paperIdSchema,
  title: z.string(),
  /** Slots it had in `worse` and in `better`; mean place (from 0) in each, null without a slot. */
  before: z.object({ slots: z.int(), place: z.number().nullable(), attention: z.number() }),
  after: z.object({ slots: z.int(), place: z.number().nullable(), attention: z.number() }),
  change: z.number(),
});
export type Mover = z.output<typeof moverSchema>;
/** By falling size of `change`, rises and falls together. */
export const moversSchema = z.object({ ...pairSchema.shape, papers: z.array(moverSchema) });
export type Movers = z.output<typeof moversSchema>;

export const estimators = ['ips', 'snips', 'dr'] as const;
export type Estimator = (typeof estimators)[number];

/**
 * What a side's slots would have earned, told from slots that the served policy left to chance with a known probability (exploration slots). Only those: a slot without chance tells nothing
 * of papers that were not put there.
 */
export const offPolicySchema = z.object({
  /** What a slot earns: 1 for any engagement, or the gain of it. */
  reward: z.enum(['engaged', 'gain']),
  /** Slots with propensity below 1 in the served log, and all of them. */
  explored: z.int(),
  slots: z.int(),
  /** Mean reward of the explored slots as they were served. */
  logged: z.object({ value: z.number(), low: z.number(), high: z.number() }),
  sides: z.array(
    z.object({
      side: sideNameSchema,
      /** Explored slots that could be weighed; left out are those whose draw was not free of what this side lists. */
      usable: z.int(),
      leftOut: z.int(),
      /** Slots with a weight above 0, the largest weight, and (sum w)^2 / sum w^2. */
      matched: z.int(),
      largestWeight: z.number(),
      effectiveSamples: z.number(),
      /** Mean weight: the share of what this side would put in those slots that the served policy could have put there. */
      supported: z.number(),
      /** Null where there are fewer than 100 effective samples. */
      estimates: z.array(z.object({ estimator: z.enum(estimators), value: z.number(), low: z.number(), high: z.number() })).nullable(),
    }),
  ),
});
export type OffPolicy = z.output<typeof offPolicySchema>;

export const evaluationSchema = z.object({
  format: z.literal(1),
  /** Prequential: each request is a moment before a choice, and that choice is what is relevant. */
  kind: z.enum(['served', 'prequential']),
  /** SHA-256 of the run's manifest.json. */
  manifest: z.string(),
  options: z.object({
    metrics: z.array(z.string()),
    by: z.array(sliceKindSchema),
    seed: z.int(),
    resamples: z.int(),
    level: z.number(),
  }),
  counts: z.object({
    requests: z.int(),
    /** Requests on which a reader did something of worth: ranking metrics are means over these. */
    judged: z.int(),
    readers: z.int(),
    anonymous: z.int(),
    /** Pairs of a judged request and a paper with a gain above 0. */
    relevant: z.int(),
    papers: z.int(),
    first: timestampSchema.nullable(),
    last: timestampSchema.nullable(),
  }),
  figures: z.array(figureSchema),
  differences: z.array(differenceSchema),
  timeline: timelineSchema.nullable(),
  calibration: z.array(calibrationSchema),
  scores: z.array(scoreDistributionSchema),
  drift: z.array(driftSchema),
  shifts: z.array(scoreShiftSchema),
  exposure: z.array(exposureSchema),
  movers: z.array(moversSchema),
  offPolicy: offPolicySchema.nullable(),
  /** What must be known to read the figures rightly, a sentence each. */
  notes: z.array(z.string()),
});
export type Evaluation = z.output<typeof evaluationSchema>;
