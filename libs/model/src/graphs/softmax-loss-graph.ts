import { GraphBuilder } from '../onnx/graph-builder.js';

export const softmaxLoss = {
  inputs: { readers: 'readers', papers: 'papers', bias: 'bias', wanted: 'wanted' },
  outputs: { loss: 'loss', readerSlopes: 'reader_slopes', paperSlopes: 'paper_slopes' },
} as const;

/** Far below any logit: a masked paper gets a probability of exactly 0. */
const MASKED = 1e9;
/** Keeps the logarithm of a probability that underflowed finite. */
const TINY = 1e-30;

/**
 * A training step's dense arithmetic, loss and both derivatives in one run: `logits = sharpness * readers * transposed(papers) + bias`, cross entropy of
 * their softmax with `wanted`, summed over readers. ONNX Runtime's matrix products are some thirty times as fast as loops in JavaScript, which makes the
 * softmax over a whole catalogue cheaper than one over samples would be without them.
 *
 * In: `readers` float32 [b, D], `papers` float32 [n, D], `bias` float32 [n], `wanted` float32 [b, n]: a reader's shares of 1 over the wanted papers, -1 where a
 * paper is out of the question, else 0. Out: `loss` float32 [1], `reader_slopes` float32 [b, D], `paper_slopes` float32 [n, D].
 */
export const softmaxLossGraph = (dimensions: number, sharpness: number): Uint8Array => {
  const { inputs, outputs } = softmaxLoss;
  const g = new GraphBuilder(
    'broadsheet-softmax-loss',
    'Multinomial loss of readers over papers, with its derivatives; used in training only.',
  );
  const readers = g.input(inputs.readers, 'float32', ['readers', dimensions]);
  const papers = g.input(inputs.papers, 'float32', ['papers', dimensions]);
  const bias = g.input(inputs.bias, 'float32', ['papers']);
  const wanted = g.input(inputs.wanted, 'float32', ['readers', 'papers']);
  const alpha = { float: sharpness };

  const masks = g.op('Mul', [g.op('Min', [wanted, g.floats('zero', [1], [0])]), g.floats('masked', [1], [MASKED])]);
  const logits = g.op('Add', [g.op('Gemm', [readers, papers, bias], { transB: 1, alpha }), masks]);
  const probabilities = g.op('Softmax', [logits], { axis: 1 });
  const shares = g.op('Relu', [wanted]);
  const slopes = g.op('Sub', [probabilities, shares]);
  const surprise = g.op('Log', [g.op('Add', [probabilities, g.floats('tiny', [1], [TINY])])]);
  const loss = g.op('Neg', [g.op('ReduceSum', [g.op('Mul', [shares, surprise])], { keepdims: 0 })]);
  g.output(outputs.loss, g.op('Reshape', [loss, g.int64s('one', [1])]), 'float32', [1]);
  g.output(outputs.readerSlopes, g.op('Gemm', [slopes, papers], { alpha }), 'float32', ['readers', dimensions]);
  g.output(outputs.paperSlopes, g.op('Gemm', [slopes, readers], { transA: 1, alpha }), 'float32', ['papers', dimensions]);
  return g.encode();
};
