import { GraphBuilder } from '../onnx/graph-builder.js';
import type { Value } from '../onnx/graph-builder.js';
import { NO_SCORE, readerStateLayout } from '../session/reader-state-layout.js';
import type { ReaderStateSizes } from '../session/reader-state-layout.js';
import { ReaderLayers, readerStatePorts } from './reader-state-layers.js';

/** Doublings of the prefix scan: histories of up to 2^14 = 16,384 events. */
const DOUBLINGS = 14;
export const LONGEST_HISTORY = 2 ** DOUBLINGS;

/** The weights of a reader-state encoder as they are written, float32 by name; `input` and `output` only where items are given by other vectors than those that were learned with it. */
export type ReaderStateParameters = Readonly<Record<string, Float32Array>>;

/**
 * A whole history at once. In: `vectors` float32 [T, C], `strengths` float32 [T, 1], oldest event first, 1 to 16,384 of them. Out: `readings` float64 [T, C], what the encoder would read
 * after each event, and `state` float64 [S] after the last, laid out as `readerStateLayout` says. All arithmetic is in doubles.
 *
 * The softmax over a growing history is a scan with an associative operator on (greatest score, sum, weighted sum): 14 doublings, each combining every event with the one 2^k before it.
 * Source: "Attention as an RNN", Feng et al. 2024, section 3.2; the scan is that of Hillis and Steele, 1986.
 */
export const readerStateBatchGraph = (sizes: ReaderStateSizes, parameters: ReaderStateParameters): Uint8Array => {
  const g = new GraphBuilder('broadsheet-reader-state', 'All states of a reader over a history, by a prefix scan; doubles.');
  const layers = new ReaderLayers(g, sizes, parameters);
  const { inputs, outputs } = readerStatePorts.batch;
  const vectors = g.input(inputs.vectors, 'float32', ['events', layers.content]);
  const strengths = g.input(inputs.strengths, 'float32', ['events', 1]);
  const events = g.op('Gather', [g.op('Shape', [vectors]), g.int64s('first', [0])]);
  const places = layers.double(placesBelow(g, events));

  const kept: Value[] = [];
  const final = layers.through(layers.enter(vectors, strengths), (layer, scores, values) => {
    const decay = layers.decay(layer);
    // Counted from the first event, a score grows with time instead of older ones fading: no later event changes it, so prefixes can be shared.
    const risen = g.op('Add', [scores, g.op('Mul', [places, decay])]);
    const scanned = scan(g, layers, { greatest: risen, sum: layers.onesLike(risen), weighted: values }, events);
    kept.push(
      ...lastOf(g, layers, scanned, g.op('Mul', [layers.double(g.op('Sub', [events, g.int64s(`one_before_${layer}`, [1])])), decay])),
    );
    return g.op('Div', [scanned.weighted, g.op('Unsqueeze', [scanned.sum, layers.lastAxis])]);
  });
  const { layers: place, length } = readerStateLayout(sizes);
  if (kept.length !== 3 * place.length) throw new RangeError('a layer kept something else than its three parts');
  g.output(outputs.state, g.op('Concat', [layers.double(events), ...kept, lastRow(g, final)], { axis: 0 }), 'float64', [length]);
  g.output(outputs.readings, layers.leave(final), 'float64', ['events', layers.content]);
  return g.encode();
};

/**
 * One event. In: `state` float64 [S], `event_vector` float32 [1, C], `event_strength` float32 [1, 1]. Out: `next_state` float64 [S] and `reading` float64 [1, C]. A reader without events has the state
 * that `ReaderStateEncoder.start` gives.
 */
export const readerStateStepGraph = (sizes: ReaderStateSizes, parameters: ReaderStateParameters): Uint8Array => {
  const g = new GraphBuilder(
    'broadsheet-reader-state-step',
    'One event into the state of a reader: a recurrence of constant size; doubles.',
  );
  const layers = new ReaderLayers(g, sizes, parameters);
  const layout = readerStateLayout(sizes);
  const { inputs, outputs } = readerStatePorts.step;
  const state = g.input(inputs.state, 'float64', [layout.length]);
  const vector = g.input(inputs.vector, 'float32', [1, layers.content]);
  const strength = g.input(inputs.strength, 'float32', [1, 1]);
  const { heads, width } = sizes;
  const part = (name: string, from: number, length: number, shape: readonly number[]): Value => {
    const piece = g.op('Slice', [state, g.int64s(`${name}_from`, [from]), g.int64s(`${name}_to`, [from + length])]);
    return g.op('Reshape', [piece, g.int64s(`${name}_shape`, shape)]);
  };

  const kept: Value[] = [g.op('Add', [part('count', 0, 1, [1]), g.doubles('one', [1], [1])])];
  const final = layers.through(layers.enter(vector, strength), (layer, scores, values) => {
    const at = layout.layers[layer]!;
    const before = {
      greatest: g.op('Sub', [part(`greatest_${layer}`, at.greatest, heads, [1, heads]), layers.decay(layer)]),
      sum: part(`sum_${layer}`, at.sum, heads, [1, heads]),
      weighted: part(`weighted_${layer}`, at.weighted, width, [1, heads, width / heads]),
    };
    const after = combine(g, layers, before, { greatest: scores, sum: layers.onesLike(scores), weighted: values });
    kept.push(...[after.greatest, after.sum, after.weighted].map((value) => layers.flat(value)));
    return g.op('Div', [after.weighted, g.op('Unsqueeze', [after.sum, layers.lastAxis])]);
  });
  g.output(outputs.state, g.op('Concat', [...kept, layers.flat(final)], { axis: 0 }), 'float64', [layout.length]);
  g.output(outputs.reading, layers.leave(final), 'float64', [1, layers.content]);
  return g.encode();
};

/** What a softmax over some events comes down to: greatest [T, H], sum [T, H], weighted [T, H, width / H]. */
interface Summary {
  readonly greatest: Value;
  readonly sum: Value;
  readonly weighted: Value;
}

/** Two neighbouring stretches of events as one. */
const combine = (g: GraphBuilder, layers: ReaderLayers, earlier: Summary, later: Summary): Summary => {
  const greatest = g.op('Max', [earlier.greatest, later.greatest]);
  const [old, young] = [earlier, later].map((side) => g.op('Exp', [g.op('Sub', [side.greatest, greatest])])) as [Value, Value];
  const sum = g.op('Add', [g.op('Mul', [earlier.sum, old]), g.op('Mul', [later.sum, young])]);
  const weigh = (value: Value, by: Value): Value => g.op('Mul', [value, g.op('Unsqueeze', [by, layers.lastAxis])]);
  return { greatest, sum, weighted: g.op('Add', [weigh(earlier.weighted, old), weigh(later.weighted, young)]) };
};

/** Row t of the result sums up events 0 to t. */
const scan = (g: GraphBuilder, layers: ReaderLayers, events: Summary, count: Value): Summary => {
  let prefixes = events;
  for (let k = 0; k < DOUBLINGS; k += 1) {
    const earlier = {
      greatest: layers.shifted(prefixes.greatest, 2 ** k, count, NO_SCORE),
      sum: layers.shifted(prefixes.sum, 2 ** k, count, 0),
      weighted: layers.shifted(prefixes.weighted, 2 ** k, count, 0),
    };
    prefixes = combine(g, layers, earlier, prefixes);
  }
  return prefixes;
};

/** The state's part of one layer; scores are told from the last event on, as the recurrence keeps them. */
const lastOf = (g: GraphBuilder, layers: ReaderLayers, { greatest, sum, weighted }: Summary, risen: Value): Value[] => [
  g.op('Sub', [lastRow(g, greatest), risen]),
  lastRow(g, sum),
  layers.flat(lastRow(g, weighted)),
];

const lastRow = (g: GraphBuilder, value: Value): Value => g.op('Gather', [value, g.int64(-1)], { axis: 0 });

/** [T, 1]: 0, 1, ... T - 1. */
const placesBelow = (g: GraphBuilder, count: Value): Value => {
  const ones = g.op('Expand', [g.int64s('one_event', [1]), count]);
  const counted = g.op('Sub', [g.op('CumSum', [ones, g.int64(0)]), g.int64s('begin_at_nought', [1])]);
  return g.op('Unsqueeze', [counted, g.int64s('as_column', [1])]);
};
