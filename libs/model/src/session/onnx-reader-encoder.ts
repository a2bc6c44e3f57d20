import { InferenceSession, Tensor } from './onnx-runtime.js';
import { ModelGoldenFailure, ModelManifestFailure } from '../failures.js';
import { readerStatePorts } from '../graphs/reader-state-layers.js';
import { GOLDEN_TOLERANCE, MODEL_FILE } from '../manifest/manifest.js';
import type { Golden, Manifest } from '../manifest/manifest.js';
import { readModelFolder } from '../manifest/model-folder.js';
import type { ModelFolder } from '../manifest/model-folder.js';
import { readInitializers } from '../onnx/read-initializers.js';
import { ModelSession, largestDifference } from './model-session.js';
import { ReaderStateStream } from './reader-state-stream.js';

export const STEP_FILE = 'step.onnx';
/** What the encoder is told of an event. */
export const readerStateFeatures = ['content_vector', 'strength'] as const;

/** A trained reader-state encoder: the stream that serves, and what is known of it. */
export interface LoadedReaderEncoder {
  readonly manifest: Manifest;
  readonly stream: ReaderStateStream;
}

/**
 * Loads the reader-state encoder in `directory`. What serves is the stream, with the weights of the batch graph's own file: a step takes microseconds where a session would hold the event
 * loop. Before it may, all three forms must agree on the golden histories: the batch graph with the manifest, and the stream and the step graph with the batch.
 *
 * @throws a Failure of `failures.ts` that says which check it did not pass; none of them is retryable.
 */
export const loadReaderEncoder = async (directory: string): Promise<LoadedReaderEncoder> => {
  const folder = await readModelFolder(directory);
  const { inputs, outputs } = readerStatePorts.batch;
  const session = await ModelSession.open(folder, {
    kind: 'reader-state',
    features: readerStateFeatures,
    inputs: Object.values(inputs),
    outputs: Object.values(outputs),
  });
  await session.close();
  const stream = streamOf(folder);
  const step = await StepGraph.open(folder);
  try {
    for (const [vector, golden] of folder.manifest.golden.entries()) {
      const events = eventsOf(golden, stream.content);
      for (const [output, answered] of [
        ['readings of the stream', streamed(stream, events)],
        ['readings of the step graph', await step.readings(stream, events)],
      ] as const) {
        const difference = largestDifference(golden.outputs[outputs.readings]?.data ?? [], answered);
        if (difference > GOLDEN_TOLERANCE)
          throw new ModelGoldenFailure({ model: session.id, vector, output, difference, tolerance: GOLDEN_TOLERANCE });
      }
    }
  } finally {
    await step.close();
  }
  return { manifest: folder.manifest, stream };
};

const streamOf = ({ directory, manifest, files }: ModelFolder): ReaderStateStream => {
  try {
    const weights = readInitializers(files.get(MODEL_FILE)!);
    const layers = [...weights.keys()].filter((name) => name.startsWith('log_decay_')).length;
    const sizes = { width: weights.get('strength')?.length ?? 0, heads: weights.get('log_decay_0')?.length ?? 0, layers };
    return new ReaderStateStream(`${manifest.name}@${manifest.version}`, sizes, weights);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelManifestFailure({ directory, problem: `${MODEL_FILE} is no reader-state encoder: ${error.message}` }, { cause: error });
  }
};

interface Event {
  readonly vector: Float32Array;
  readonly strength: number;
}

const eventsOf = ({ inputs }: Golden, content: number): Event[] => {
  const vectors = Float32Array.from(inputs[readerStatePorts.batch.inputs.vectors]?.data ?? []);
  const strengths = inputs[readerStatePorts.batch.inputs.strengths]?.data ?? [];
  return strengths.map((strength, event) => ({
    vector: vectors.slice(event * content, (event + 1) * content),
    strength: Math.fround(strength),
  }));
};

/** One reading after each event, one after the other. */
const streamed = (stream: ReaderStateStream, events: readonly Event[]): number[] => {
  const state = stream.start(stream.content);
  return events.flatMap((event) => {
    stream.step(state, event);
    return [...stream.reading(state)];
  });
};

class StepGraph {
  private constructor(private readonly session: InferenceSession) {}

  /** @throws {ModelManifestFailure} there is no such file, or ONNX Runtime refuses it. */
  static async open({ directory, files }: ModelFolder): Promise<StepGraph> {
    const bytes = files.get(STEP_FILE);
    if (bytes === undefined) throw new ModelManifestFailure({ directory, problem: `files does not name ${STEP_FILE}` });
    try {
      return new StepGraph(await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 }));
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      throw new ModelManifestFailure({ directory, problem: `ONNX Runtime refuses ${STEP_FILE}: ${why}` }, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.session.release();
  }

  async readings(stream: ReaderStateStream, events: readonly Event[]): Promise<number[]> {
    const { inputs, outputs } = readerStatePorts.step;
    let state: Float64Array = stream.start(stream.content);
    const readings: number[] = [];
    for (const { vector, strength } of events) {
      const answer = await this.session.run({
        [inputs.state]: new Tensor('float64', state, [state.length]),
        [inputs.vector]: new Tensor('float32', vector, [1, vector.length]),
        [inputs.strength]: new Tensor('float32', Float32Array.of(strength), [1, 1]),
      });
      state = answer[outputs.state]?.data as Float64Array; // the graph's own output types, checked when it was written
      readings.push(...(answer[outputs.reading]?.data as Float64Array));
    }
    return readings;
  }
}
