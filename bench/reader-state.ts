/**
 * What one more event of a reader costs the streaming reader state, after histories of 10 to 10,000 events: microseconds and bytes, beside the whole history taken in again by the batch
 * graph, and how far the two are apart. Weights are by chance: neither time nor size depends on them.
 *
 *   npm run bench -- reader-state [--rounds 9]
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ReaderStateStream, parameterShapes, readerStateBatchGraph, readerStateSettings } from '#model';
import type { ReaderStateParameters } from '#model';
import { seededRandom } from '#ranking';
import { median, table } from './harness/table.js';

const HISTORIES = [10, 100, 1_000, 10_000] as const;
/** Events timed at once: one alone is shorter than the clock's step is sure. */
const TIMED = 400;
/** Dimensions of the items' vectors. */
const { width } = readerStateSettings;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: must be a whole number from 1 up`);

const random = seededRandom(1);
const noise = (length: number, scale: number): Float32Array => Float32Array.from({ length }, () => scale * (2 * random() - 1));
const parameters: ReaderStateParameters = Object.fromEntries(
  Object.entries(parameterShapes(readerStateSettings)).map(([name, dims]) => [
    name,
    noise(
      dims.reduce((a, b) => a * b, 1),
      1 / Math.sqrt(dims[0]!),
    ),
  ]),
);
const stream = new ReaderStateStream('bench', readerStateSettings, new Map(Object.entries(parameters)));
const vectors = noise(HISTORIES.at(-1)! * width, 1);
const vectorOf = (event: number): Float32Array => vectors.subarray(event * width, (event + 1) * width);

/** The state after so many events, and microseconds for each of `TIMED` further ones. */
const streamed = (events: number): { state: Float64Array; us: number } => {
  const state = stream.start(width);
  for (let event = 0; event < events; event += 1) stream.step(state, { vector: vectorOf(event), strength: 1 });
  const further = state.slice();
  const start = performance.now();
  for (let event = 0; event < TIMED; event += 1) stream.step(further, { vector: vectorOf(event), strength: 1 });
  return { state, us: ((performance.now() - start) * 1000) / TIMED };
};

const batch = await InferenceSession.create(readerStateBatchGraph(readerStateSettings, parameters), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});

/** The state by the batch graph, and milliseconds for the whole history. */
const batched = async (events: number): Promise<{ state: Float64Array; ms: number }> => {
  const feeds = {
    vectors: new Tensor('float32', vectors.slice(0, events * width), [events, width]),
    strengths: new Tensor('float32', new Float32Array(events).fill(1), [events, 1]),
  };
  const start = performance.now();
  const { state } = await batch.run(feeds);
  return { state: state!.data as Float64Array, ms: performance.now() - start };
};

streamed(HISTORIES.at(-1)!); // compiled before anything is measured
const measured = new Map<number, { us: number[]; ms: number; bytes: number; apart: number }>();
for (const events of HISTORIES) {
  const [own, whole] = [streamed(events), await batched(events)];
  const apart = own.state.reduce((worst, value, at) => Math.max(worst, Math.abs(value - whole.state[at]!)), 0);
  measured.set(events, { us: [], ms: whole.ms, bytes: own.state.byteLength, apart });
}
// Lengths take turns, so that whatever else the machine does falls on all of them alike.
for (let round = 0; round < rounds; round += 1) for (const events of HISTORIES) measured.get(events)!.us.push(streamed(events).us);
await batch.release();

const rows = HISTORIES.map((events) => ({ events, ...measured.get(events)!, each: median(measured.get(events)!.us) }));
console.log(
  table(
    ['events before', 'us an event', 'state bytes', 'batch ms', 'stream - batch'],
    rows.map(({ events, each, bytes, ms, apart }) => [
      String(events),
      each.toFixed(1),
      String(bytes),
      ms.toFixed(1),
      apart.toExponential(1),
    ]),
  ),
);
const [shortest, longest] = [rows[0]!, rows.at(-1)!];
console.log(
  `us an event after ${longest.events} events / after ${shortest.events}: ${(longest.each / shortest.each).toFixed(2)}; bytes: ${longest.bytes / shortest.bytes}`,
);
if (rows.some(({ apart }) => apart > 1e-5)) throw new Error('stream and batch are more than 1e-5 apart');
