import { z } from 'zod';
import { surfaceSchema, timestampSchema } from '#contracts';
import { moverSchema, sideNameSchema } from '../evaluation/evaluation-result.js';

/** What `diff DIR_A DIR_B` writes: `diff.json` is one `SlateComparison`, `diff.csv` a line each request that both runs have. */
export const comparisonFiles = { json: 'diff.json', csv: 'diff.csv' } as const;

/** Measures of how alike two slates of one request are. `tau` and `rankChange` are over papers in both, and null where there are fewer than two. */
export const likenessMeasures = ['overlap', 'rbo', 'tau', 'rankChange', 'scoreChange', 'same'] as const;
export type LikenessMeasure = (typeof likenessMeasures)[number];

const spreadSchema = z.object({
  /** Requests that have a value. */
  count: z.int(),
  mean: z.number(),
  least: z.number(),
  most: z.number(),
  /** Counts in 20 bins of equal width from the smallest value the measure can have (or was seen) to the largest. */
  bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
});

export const likenessSchema = z.object({
  /** Share of the first k of either that is in both. */
  overlap: spreadSchema.nullable(),
  /** Rank-biased overlap, extrapolated; p = 0.9. */
  rbo: spreadSchema.nullable(),
  /** Kendall's tau-b of the order of papers in both. */
  tau: spreadSchema.nullable(),
  /** Mean distance of places of papers in both. */
  rankChange: spreadSchema.nullable(),
  /** Mean distance of scores of papers in both. */
  scoreChange: spreadSchema.nullable(),
  /** 1 where papers and order are equal, else 0. */
  same: spreadSchema.nullable(),
});
export type Likeness = z.output<typeof likenessSchema>;

export const slateComparisonSchema = z.object({
  format: z.literal(1),
  first: z.object({ manifest: z.string(), side: sideNameSchema }),
  second: z.object({ manifest: z.string(), side: sideNameSchema }),
  k: z.int(),
  /** Weight of a place in RBO, of the place above. */
  rboPersistence: z.number(),
  /** Requests in both, and those of one run alone. */
  requests: z.object({ both: z.int(), firstOnly: z.int(), secondOnly: z.int() }),
  overall: likenessSchema,
  surfaces: z.array(z.object({ surface: surfaceSchema, requests: z.int(), likeness: likenessSchema })),
  /** Mean overlap and RBO by time, buckets of equal width. */
  timeline: z.object({
    widthMs: z.int().positive(),
    points: z.array(z.object({ at: timestampSchema, requests: z.int(), overlap: z.number(), rbo: z.number() })),
  }),
  /** `before` in the first run, `after` in the second. */
  movers: z.array(moverSchema),
});
export type SlateComparison = z.output<typeof slateComparisonSchema>;
