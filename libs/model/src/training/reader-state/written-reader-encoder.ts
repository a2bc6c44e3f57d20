import { Tensor } from '../../session/onnx-runtime.js';
import { seededRandom } from '#ranking';
import { readerStateBatchGraph, readerStateStepGraph } from '../../graphs/reader-state-graph.js';
import type { ReaderStateParameters } from '../../graphs/reader-state-graph.js';
import { readerStatePorts } from '../../graphs/reader-state-layers.js';
import { MODEL_FILE } from '../../manifest/manifest.js';
import type { ManifestDraft } from '../../manifest/model-folder.js';
import { STEP_FILE } from '../../session/onnx-reader-encoder.js';
import { readerStateLayout } from '../../session/reader-state-layout.js';
import type { ReaderStateSizes } from '../../session/reader-state-layout.js';
import { goldenVectors } from '../golden-vectors.js';
import { gaussian } from '../random.js';

/** Both graphs of a trained encoder, and the part of its manifest that follows from them. */
export const readerEncoderParts = async (
  sizes: ReaderStateSizes,
  parameters: ReaderStateParameters,
): Promise<{
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly ports: Pick<ManifestDraft, 'inputs' | 'outputs' | 'batches' | 'golden'>;
}> => {
  const content = (parameters['input']?.length ?? sizes.width ** 2) / sizes.width;
  const graph = readerStateBatchGraph(sizes, parameters);
  const { inputs, outputs } = readerStatePorts.batch;
  const golden = await goldenVectors(
    graph,
    HISTORIES.map(({ why, strengths }, seed) => ({
      why,
      inputs: {
        [inputs.vectors]: new Tensor('float32', unitVectors(strengths.length, content, seed), [strengths.length, content]),
        [inputs.strengths]: new Tensor('float32', Float32Array.from(strengths), [strengths.length, 1]),
      },
    })),
  );
  return {
    files: new Map([
      [MODEL_FILE, graph],
      [STEP_FILE, readerStateStepGraph(sizes, parameters)],
    ]),
    ports: {
      inputs: [
        { name: inputs.vectors, type: 'float32', shape: ['events', content] },
        { name: inputs.strengths, type: 'float32', shape: ['events', 1] },
      ],
      outputs: [
        { name: outputs.readings, type: 'float64', shape: ['events', content] },
        { name: outputs.state, type: 'float64', shape: [readerStateLayout(sizes).length] },
      ],
      batches: [1],
      golden,
    },
  };
};

/** By chance, since no reader's history may be in a shipped file. */
const HISTORIES = [
  { why: 'one event', strengths: [1] },
  { why: 'three events of unlike strength', strengths: [1, 0.4, 1.5] },
  { why: 'one that speaks against', strengths: [1, -1, 1, 1] },
] as const;

const unitVectors = (count: number, width: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  const vectors = Float32Array.from({ length: count * width }, () => gaussian(random) / Math.sqrt(width));
  return vectors.map((value) => Number(value.toPrecision(4))); // short in the manifest
};
