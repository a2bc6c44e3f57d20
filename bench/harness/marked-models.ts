import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphBuilder, MODEL_FILE, rowExpectations, writeModelFolder, type ManifestDraft, type Value } from '#model';
import { featureHash } from '#ranking';
import { dice } from '../../scripts/simulation/seeded.js';

/**
 * Models whose scores tell which of them made them: `10 * mark + 4 * tanh(weights . tanh(features))`, with weights drawn from the mark. So each ranks in another order,
 * a score alone names its mark, and the score can be computed again from the features of an explained answer.
 */

export type MarkedKind = 'trending' | 'personal';

export interface MarkedModel {
  readonly kind: MarkedKind;
  readonly mark: number;
  readonly version: string;
}

const APART = 10;
const SPREAD = 4;
const WEIGHT = 0.3;

const weightsOf = (kind: MarkedKind, mark: number): Float32Array => {
  const roll = dice(mark * 7919 + (kind === 'trending' ? 1 : 2));
  return Float32Array.from(rowExpectations[kind].features, () => WEIGHT * (2 * roll() - 1));
};

export const scoreOf = (kind: MarkedKind, mark: number, row: readonly number[]): number =>
  APART * mark + SPREAD * Math.tanh(weightsOf(kind, mark).reduce((sum, weight, column) => sum + weight * Math.tanh(row[column] ?? 0), 0));

/** The mark that a score tells. */
export const markOf = (score: number): number => Math.round(score / APART);

/** How a file is bad; each is met by another check. */
export const faults = ['truncated', 'changed bytes', 'other features', 'golden mismatch', 'slow'] as const;
export type ModelFault = (typeof faults)[number];

/** What a ranker must say of it. */
export const sayings: Readonly<Record<ModelFault, RegExp>> = {
  truncated: /ONNX Runtime refuses model\.onnx/,
  'changed bytes': /model\.onnx has SHA-256/,
  'other features': /needs moon_phase that this code lacks/,
  'golden mismatch': /golden vector \d+ is off by/,
  slow: /more than MODEL_MAX_MS|did not end within/,
};

/** Products of 512 x 512 matrices, for nothing: about 2 ms of CPU each for 512 rows, together several times MODEL_MAX_MS. */
const DETOURS = 250;
const DETOUR = 512;

const detour = (g: GraphBuilder, rows: Value, width: number): Value => {
  const around = g.floats('around', [DETOUR, DETOUR], new Float32Array(DETOUR * DETOUR).fill(1 / DETOUR));
  let value = g.op('MatMul', [rows, g.floats('way_out', [width, DETOUR], new Float32Array(width * DETOUR).fill(1 / width))]);
  for (let n = 0; n < DETOURS; n += 1) value = g.op('MatMul', [value, around]);
  return g.op('MatMul', [value, g.floats('way_back', [DETOUR, 1], new Float32Array(DETOUR))]);
};

const graphOf = (kind: MarkedKind, mark: number, width: number, slow: boolean): Uint8Array => {
  const { heads } = rowExpectations[kind];
  const g = new GraphBuilder('marked', 'Made for a measurement: scores tell the mark.');
  const rows = g.input('features', 'float32', ['rows', width]);
  const known = weightsOf(kind, mark);
  const weights = Float32Array.from({ length: width * heads }, (_, at) => known[Math.floor(at / heads)] ?? 0);
  const sum = g.op('MatMul', [g.op('Tanh', [rows]), g.floats('weights', [width, heads], weights)]);
  const spread = g.op('Mul', [g.op('Tanh', [sum]), g.floats('spread', [1], [SPREAD])]);
  const marked = g.op('Add', [spread, g.floats('mark', [1], [APART * mark])]);
  g.output('scores', slow ? g.op('Add', [marked, detour(g, rows, width)]) : marked, 'float32', ['rows', heads]);
  return g.encode();
};

const goldenOf = (kind: MarkedKind, mark: number, width: number, value: number, off: number) => ({
  why: `all ${value}`,
  inputs: { features: { dims: [1, width], data: new Array<number>(width).fill(value) } },
  outputs: {
    scores: {
      dims: [1, rowExpectations[kind].heads],
      data: new Array<number>(rowExpectations[kind].heads).fill(scoreOf(kind, mark, new Array<number>(width).fill(value)) + off),
    },
  },
});

/** Writes a version below `<models>/<kind>/`, good or with one fault. */
export const writeMarkedModel = async (models: string, kind: MarkedKind, mark: number, fault?: ModelFault): Promise<MarkedModel> => {
  const { heads } = rowExpectations[kind];
  const features = [...rowExpectations[kind].features, ...(fault === 'other features' ? ['moon_phase'] : [])];
  const width = features.length;
  const off = fault === 'golden mismatch' ? 0.01 : 0;
  const draft: ManifestDraft = {
    name: kind,
    kind,
    summary: 'Made for a measurement.',
    inputs: [{ name: 'features', type: 'float32', shape: ['rows', width] }],
    outputs: [{ name: 'scores', type: 'float32', shape: ['rows', heads] }],
    features,
    featureHash: featureHash(features),
    threads: { intra: 1, inter: 1 },
    batches: [16, 64, 256],
    // Old, so that a ranker that falls back on the newest of the folder does not fall on one of these.
    trained: {
      data: 'none',
      rows: 0,
      seed: mark,
      code: 'hot-reload',
      at: '2020-01-01T00:00:00.000Z',
      minutes: 0,
      peakMemoryMb: 0,
      settings: {},
    },
    metrics: {},
    golden: [0, 1, 0.5].map((value) => goldenOf(kind, mark, width, value, off)),
    licence: 'Apache-2.0',
    attribution: 'Made for a measurement.',
  };
  const whole = graphOf(kind, mark, width, fault === 'slow');
  const bytes = fault === 'truncated' ? whole.slice(0, Math.floor(whole.length * 0.7)) : whole;
  const folder = await writeModelFolder(join(models, kind), draft, new Map([[MODEL_FILE, bytes]]));
  if (fault === 'changed bytes') {
    const file = join(folder, MODEL_FILE);
    const changed = await readFile(file);
    changed.writeUInt8(changed.readUInt8(changed.length - 40) ^ 1, changed.length - 40);
    await writeFile(file, changed);
  }
  return { kind, mark, version: folder.slice(folder.lastIndexOf('/') + 1) };
};
