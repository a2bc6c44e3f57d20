import { InferenceSession, type Tensor } from '../session/onnx-runtime.js';
import type { Golden, GoldenTensor } from '../manifest/manifest.js';

/** One input of a golden vector, before the model has been asked for its output. */
export interface Question {
  readonly why: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** Runs each question through the graph on one thread and keeps what it answers. */
export const goldenVectors = async (graph: Uint8Array, questions: readonly Question[]): Promise<Golden[]> => {
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' });
  const golden: Golden[] = [];
  for (const { why, inputs } of questions) golden.push({ why, inputs: plain(inputs), outputs: plain(await session.run(inputs)) });
  await session.release();
  return golden;
};

const plain = (tensors: Readonly<Record<string, Tensor>>): Record<string, GoldenTensor> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { dims: [...tensor.dims], data: Array.from(tensor.data as Float32Array, shortest) },
    ]),
  );

/** Nine digits hold every float32; the seventeen that a double prints are noise. */
const shortest = (value: number): number => Number(value.toPrecision(9));
