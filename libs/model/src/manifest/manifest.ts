import { createHash } from 'node:crypto';
import { z } from 'zod';

/** The kinds of model we run. Each has a fixed set of inputs and outputs, which the code that runs it checks. */
export const modelKinds = ['encoder', 'trending', 'personal', 'reader-state'] as const;
export type ModelKind = (typeof modelKinds)[number];

export const MODEL_FILE = 'model.onnx';
export const MANIFEST_FILE = 'manifest.json';

/**
 * A version is `YYYYMMDD-<7 hex>`: the UTC day the training ended and the first digits of the model file's SHA-256. So the version
 * names the content: two different files never share one, and training again to the same bytes makes the same version on that day.
 */
export const versionPattern = /^\d{8}-[0-9a-f]{7}$/;

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const dimension = z.union([z.int().min(1), z.string().min(1).max(40)]);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
const name = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and dashes');

const portSchema = z.strictObject({
  name: z.string().min(1).max(60),
  type: z.enum(['float32', 'float64', 'int32', 'int8', 'int64']),
  shape: z.array(dimension).max(6),
});

const tensorSchema = z.strictObject({ dims: z.array(z.int().min(0)).max(6), data: z.array(z.number()).max(200_000) });
export type GoldenTensor = z.output<typeof tensorSchema>;

const goldenSchema = z.strictObject({
  /** For people: which case of the model this vector stands for. */
  why: z.string().max(200),
  inputs: z.record(z.string(), tensorSchema),
  outputs: z.record(z.string(), tensorSchema),
});
export type Golden = z.output<typeof goldenSchema>;

/**
 * What stands beside every model file. A model is loaded only when all of it holds: hashes of the files, the code's own feature
 * list, and the golden vectors when run here.
 */
export const manifestSchema = z.strictObject({
  schema: z.literal(1),
  name,
  version: z.string().regex(versionPattern, 'must be YYYYMMDD-<7 hex of the model file>'),
  kind: z.enum(modelKinds),
  summary: z.string().min(1).max(500),
  inputs: z.array(portSchema).min(1).max(10),
  outputs: z.array(portSchema).min(1).max(10),
  /** Column names of the feature matrix in order; for the encoder the names of its text pipeline. */
  features: z.array(z.string().min(1).max(80)).min(1).max(512),
  /** `featureHash` of #ranking over `features`. A feature whose meaning changes must change its name, so that old models are refused. */
  featureHash: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hex digits'),
  /** SHA-256 of every file of the folder but the manifest itself. */
  files: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/), hash),
  /** Threads of the session. One: two double the CPU and ruin p99 on small machines (findings). */
  threads: z.strictObject({ intra: z.literal(1), inter: z.literal(1) }),
  /** Padded batch sizes that are run; each is warmed up before the model serves. */
  batches: z.array(z.int().min(1).max(4096)).min(1).max(12),
  trained: z.strictObject({
    data: z.string().max(300),
    rows: z.int().min(0),
    seed: z.int().min(0),
    /** Hash over the feature list and the settings of the run: tells apart two trainings on the same data. */
    code: z.string().max(80),
    at: z.iso.datetime(),
    minutes: z.number().min(0),
    peakMemoryMb: z.number().min(0),
    settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  }),
  /** Figures on held-out data, baselines beside them. */
  metrics: z.record(z.string(), z.number()),
  /** At least three inputs with the outputs that the training machine got, compared within `GOLDEN_TOLERANCE`. */
  golden: z.array(goldenSchema).min(3).max(20),
  /** Encoder only: made-up texts with their vectors, so that a drift of tokenizer or vocabulary is caught too. */
  goldenTexts: z
    .array(z.strictObject({ title: z.string(), abstract: z.string(), vector: z.array(z.number()) }))
    .max(20)
    .default([]),
  licence: z.string().min(1).max(60),
  attribution: z.string().min(1).max(1000),
});
export type Manifest = z.output<typeof manifestSchema>;
export type ManifestInput = z.input<typeof manifestSchema>;

/**
 * Largest difference between a golden output and what the session gives here. CPUs with other vector widths sum in another order,
 * which moves float32 results of our sizes by some 1e-7; a wrong weight or operator moves them by far more than this.
 */
export const GOLDEN_TOLERANCE = 1e-5;
