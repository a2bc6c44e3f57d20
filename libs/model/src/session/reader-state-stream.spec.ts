import { InferenceSession, Tensor } from './onnx-runtime.js';
import { randomEvents, randomReaderState } from '../fixtures/reader-states.js';
import { LONGEST_HISTORY, readerStateBatchGraph, readerStateStepGraph } from '../graphs/reader-state-graph.js';
import { readInitializers } from '../onnx/read-initializers.js';
import { largestDifference } from './model-session.js';
import { ReaderStateStream } from './reader-state-stream.js';

const sizes = { width: 64, heads: 4, layers: 2, hidden: 64 };
const CONTENT = 24;
const parameters = randomReaderState(sizes, 11, CONTENT);
const batchGraph = readerStateBatchGraph(sizes, parameters);
const options = { intraOpNumThreads: 1, interOpNumThreads: 1 } as const;
const TOLERANCE = 1e-5;

const stream = new ReaderStateStream('test', sizes, readInitializers(batchGraph));
const events = randomEvents(10_000, CONTENT, 12);
const vectorAt = (place: number): Float32Array => events.vectors.subarray(place * CONTENT, (place + 1) * CONTENT);

const streamed = (length: number): Float64Array => {
  const state = stream.start(CONTENT);
  for (let place = 0; place < length; place += 1) stream.step(state, { vector: vectorAt(place), strength: events.strengths[place]! });
  return state;
};

const double = ({ data }: Tensor): Float64Array => data as Float64Array;

describe('a reader state', () => {
  let batch: InferenceSession;
  let step: InferenceSession;

  beforeAll(async () => {
    batch = await InferenceSession.create(batchGraph, options);
    step = await InferenceSession.create(readerStateStepGraph(sizes, parameters), options);
  });
  afterAll(async () => {
    await batch.release();
    await step.release();
  });

  const batched = async (length: number): Promise<{ state: Float64Array; readings: Float64Array }> => {
    const answer = await batch.run({
      vectors: new Tensor('float32', events.vectors.slice(0, length * CONTENT), [length, CONTENT]),
      strengths: new Tensor('float32', events.strengths.slice(0, length), [length, 1]),
    });
    return { state: double(answer['state']!), readings: double(answer['readings']!) };
  };

  it.each([1, 2, 3, 5, 17, 64, 200, 1000, 10_000])('is the same streamed and in a batch of %i events', async (length) => {
    const state = streamed(length);
    const { state: whole, readings } = await batched(length);
    expect(largestDifference(whole, state)).toBeLessThan(TOLERANCE);
    expect(largestDifference(readings.subarray(-CONTENT), stream.reading(state))).toBeLessThan(TOLERANCE);
  });

  it('is the same stepped by the ONNX graph, over 10,000 events', async () => {
    let state: Float64Array = stream.start(CONTENT);
    let reading: Float64Array = new Float64Array(0);
    for (let place = 0; place < 10_000; place += 1) {
      const answer = await step.run({
        state: new Tensor('float64', state, [state.length]),
        event_vector: new Tensor('float32', vectorAt(place).slice(), [1, CONTENT]),
        event_strength: new Tensor('float32', events.strengths.slice(place, place + 1), [1, 1]),
      });
      state = double(answer['next_state']!);
      reading = double(answer['reading']!);
    }
    const own = streamed(10_000);
    expect(largestDifference(own, state)).toBeLessThan(TOLERANCE);
    expect(largestDifference(stream.reading(own), reading)).toBeLessThan(TOLERANCE);
  });

  it('goes on by stream from where a batch ended', async () => {
    const { state } = await batched(300);
    for (let place = 300; place < 340; place += 1) stream.step(state, { vector: vectorAt(place), strength: events.strengths[place]! });
    expect(largestDifference(streamed(340), state)).toBeLessThan(TOLERANCE);
  });

  it('reads nothing before the first event, and a unit vector after it', () => {
    expect(stream.read(stream.start(CONTENT))).toBeNull();
    const read = stream.read(streamed(3))!;
    expect(Math.hypot(...read)).toBeCloseTo(1, 5);
  });

  it('depends on the order of events and on how much each speaks for its item', () => {
    const other = stream.start(CONTENT);
    for (const place of [1, 0]) stream.step(other, { vector: vectorAt(place), strength: events.strengths[place]! });
    expect(largestDifference(streamed(2), other)).toBeGreaterThan(1e-3);
    const liked = stream.start(CONTENT);
    stream.step(liked, { vector: vectorAt(0), strength: 2 });
    const disliked = stream.start(CONTENT);
    stream.step(disliked, { vector: vectorAt(0), strength: -2 });
    expect(largestDifference(liked, disliked)).toBeGreaterThan(1e-3);
  });

  it('is at most 2 KB and refuses vectors of another length', () => {
    expect(stream.start(CONTENT).byteLength).toBeLessThanOrEqual(2048);
    expect(() => stream.start(CONTENT + 1)).toThrow(RangeError);
    expect(LONGEST_HISTORY).toBeGreaterThan(10_000);
  });

  it('refuses weights that are not there', () => {
    expect(() => new ReaderStateStream('test', sizes, new Map())).toThrow('strength has no weights');
  });
});
