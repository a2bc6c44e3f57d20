import { InferenceSession, Tensor } from '../../session/onnx-runtime.js';
import { GradientGraph } from '../gradients/gradient-graph.js';
import type { Term } from '../gradients/gradient-graph.js';
import type { Trainable } from '../adam.js';
import { targetAttentionScores } from './target-attention-graph.js';
import { targetAttentionParameters } from './target-attention-shape.js';
import type { TargetAttentionShape } from './target-attention-shape.js';

/** One reader at one moment: what was done before, newest last, and what came next. */
export interface Moment {
  readonly items: Int32Array;
  readonly strengths: Float32Array;
  /** Items done with next, all alike. */
  readonly next: Int32Array;
  /** Everything done with before, which is not asked for again. */
  readonly seen: ReadonlySet<number>;
}

/** Vectors of items and the scorer's parameters while they change; coupled, `attention` and `representation` are the same. */
export interface TargetAttentionTrainables {
  readonly attention: Trainable;
  readonly representation: Trainable;
  readonly bias: Trainable;
  readonly parameters: Readonly<Record<string, Trainable>>;
}

const NEVER = -1e9;

/** Loss of a batch of moments over some candidates, and its derivatives. */
export class TargetAttentionStep {
  private constructor(
    private readonly session: InferenceSession,
    private readonly shape: TargetAttentionShape,
  ) {}

  static async open(shape: TargetAttentionShape): Promise<TargetAttentionStep> {
    return new TargetAttentionStep(
      await InferenceSession.create(trainingGraph(shape), { intraOpNumThreads: 1, interOpNumThreads: 1 }),
      shape,
    );
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** @param candidates item numbers, each once, every `next` among them. Adds the gradients of the mean loss; answers that loss. */
  async run(batch: readonly Moment[], candidates: Int32Array, weights: TargetAttentionTrainables): Promise<number> {
    const { attention, representation } = this.shape;
    const length = Math.max(...batch.map(({ items }) => items.length));
    const answers = await this.session.run({
      ...historyTensors(batch, length, this.shape, { attention: weights.attention.values, representation: weights.representation.values }),
      ...candidateTensors(candidates, this.shape, {
        attention: weights.attention.values,
        representation: weights.representation.values,
        bias: weights.bias.values,
      }),
      ...wantedTensors(batch, candidates),
      ...Object.fromEntries(
        Object.entries(targetAttentionParameters(this.shape)).map(([name, dims]) => [
          name,
          new Tensor('float32', Float32Array.from(weights.parameters[name]!.values), dims),
        ]),
      ),
    });
    const of = (name: string): Float32Array => answers[`${name}_slope`]!.data as Float32Array;
    for (const [name, { gradients }] of Object.entries(weights.parameters))
      for (const [at, slope] of of(name).entries()) gradients[at]! += slope;
    const places = Int32Array.from({ length: batch.length * length }, (_, at) => batch[Math.floor(at / length)]!.items[at % length] ?? -1);
    scatter(of('history_attention'), places, attention, weights.attention.gradients);
    scatter(of('history_representation'), places, representation, weights.representation.gradients);
    scatter(of('candidate_attention'), candidates, attention, weights.attention.gradients);
    scatter(of('candidate_representation'), candidates, representation, weights.representation.gradients);
    scatter(of('candidate_bias'), candidates, 1, weights.bias.gradients);
    return (answers['loss']!.data as Float32Array)[0]!;
  }
}

interface Tables {
  readonly attention: ArrayLike<number>;
  readonly representation: ArrayLike<number>;
}

/** Histories as the graph takes them: `ages` 0 for the newest action, then -1, -2 and so on. */
export const historyTensors = (
  batch: readonly Pick<Moment, 'items' | 'strengths'>[],
  length: number,
  { attention, representation }: Pick<TargetAttentionShape, 'attention' | 'representation'>,
  tables: Tables,
): Record<string, Tensor> => {
  const rows = batch.length * length;
  const places = new Int32Array(rows).fill(-1);
  const [strengths, ages, padding] = [new Float32Array(rows), new Float32Array(rows), new Float32Array(rows).fill(NEVER)];
  for (const [row, { items, strengths: given }] of batch.entries()) {
    for (const [at, item] of items.entries()) {
      const place = row * length + at;
      places[place] = item;
      strengths[place] = given[at]!;
      ages[place] = at + 1 - items.length;
      padding[place] = 0;
    }
  }
  const row = [batch.length, 1, length];
  return {
    history_attention: new Tensor('float32', gather(places, attention, tables.attention), [batch.length, length, attention]),
    history_representation: new Tensor('float32', gather(places, representation, tables.representation), [
      batch.length,
      length,
      representation,
    ]),
    strengths: new Tensor('float32', strengths, row),
    ages: new Tensor('float32', ages, row),
    padding: new Tensor('float32', padding, row),
  };
};

export const candidateTensors = (
  candidates: Int32Array,
  { attention, representation }: Pick<TargetAttentionShape, 'attention' | 'representation'>,
  tables: Tables & { readonly bias: ArrayLike<number> },
): Record<string, Tensor> => ({
  candidate_attention: new Tensor('float32', gather(candidates, attention, tables.attention), [candidates.length, attention]),
  candidate_representation: new Tensor('float32', gather(candidates, representation, tables.representation), [
    candidates.length,
    representation,
  ]),
  candidate_bias: new Tensor('float32', gather(candidates, 1, tables.bias), [candidates.length]),
});

/** `shares` [B, N]: parts of one over the wanted candidates; `masks` [B, N]: far below any score where the reader has done with the candidate before. */
const wantedTensors = (batch: readonly Moment[], candidates: Int32Array): Record<string, Tensor> => {
  const shares = new Float32Array(batch.length * candidates.length);
  const masks = new Float32Array(shares.length);
  const placeOf = new Map(Array.from(candidates, (item, place) => [item, place]));
  for (const [row, { next, seen }] of batch.entries()) {
    for (const [place, item] of candidates.entries()) if (seen.has(item)) masks[row * candidates.length + place] = NEVER;
    for (const item of next) shares[row * candidates.length + placeOf.get(item)!] = 1 / next.length;
  }
  const dims = [batch.length, candidates.length];
  return {
    shares: new Tensor('float32', shares, dims),
    masks: new Tensor('float32', masks, dims),
    weights: new Tensor('float32', new Float32Array(batch.length).fill(1 / batch.length), [batch.length, 1]),
  };
};

/** Rows of a table; zeros for -1. */
const gather = (numbers: Int32Array, width: number, table: ArrayLike<number>): Float32Array => {
  const rows = new Float32Array(numbers.length * width);
  for (const [row, number] of numbers.entries())
    if (number >= 0) for (let d = 0; d < width; d += 1) rows[row * width + d] = table[number * width + d]!;
  return rows;
};

const scatter = (slopes: Float32Array, numbers: Int32Array, width: number, gradients: Float64Array): void => {
  for (const [row, number] of numbers.entries())
    if (number >= 0) for (let d = 0; d < width; d += 1) gradients[number * width + d]! += slopes[row * width + d]!;
};

/** Inputs of the scorer's graph; `wanted`: whether the loss is to be derived by item vectors. */
export const targetAttentionInputs = (g: GradientGraph, { attention, representation }: TargetAttentionShape, wanted: boolean) => ({
  historyAttention: g.input('history_attention', ['B', 'L', attention], wanted),
  historyRepresentation: g.input('history_representation', ['B', 'L', representation], wanted),
  strengths: g.input('strengths', ['B', 1, 'L'], false),
  ages: g.input('ages', ['B', 1, 'L'], false),
  padding: g.input('padding', ['B', 1, 'L'], false),
  candidateAttention: g.input('candidate_attention', ['N', attention], wanted),
  candidateRepresentation: g.input('candidate_representation', ['N', representation], wanted),
  bias: g.input('candidate_bias', ['N'], wanted),
});

const trainingGraph = (shape: TargetAttentionShape): Uint8Array => {
  const g = new GradientGraph('broadsheet-target-attention-training');
  const parameters = Object.fromEntries(
    Object.entries(targetAttentionParameters(shape)).map(([name, dims]): [string, Term] => [name, g.input(name, dims, true)]),
  );
  const scores = targetAttentionScores(g, shape, parameters, targetAttentionInputs(g, shape, true));
  const all = g.logSumExp(g.add(scores, g.input('masks', ['B', 'N'], false)));
  const wanted = g.sum(g.multiply(scores, g.input('shares', ['B', 'N'], false)));
  return g.minimise(g.multiply(g.subtract(all, wanted), g.input('weights', ['B', 1], false)));
};
