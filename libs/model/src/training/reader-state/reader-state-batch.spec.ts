import { randomEvents, randomReaderState } from '../../fixtures/reader-states.js';
import { ReaderStateStream } from '../../session/reader-state-stream.js';
import { decayingAttention } from './history-encoder.js';
import { ReaderStateBatch } from './reader-state-batch.js';

const shape = { width: 16, heads: 4, layers: 2, hidden: 12 };
const EVENTS = 120;

describe('the form that training computes', () => {
  it('gives after every action what the stream reads, to what float32 holds', async () => {
    const parameters = randomReaderState(shape, 5);
    const { vectors, strengths } = randomEvents(EVENTS, shape.width, 6);
    const items = Int32Array.from({ length: EVENTS }, (_, at) => at);
    const batch = await ReaderStateBatch.open(decayingAttention(shape), { items: vectors, bias: new Float32Array(EVENTS), parameters });
    const states = await batch.statesOf({ items, strengths });
    await batch.close();

    const stream = new ReaderStateStream('test', shape, new Map(Object.entries(parameters)));
    const state = stream.start(shape.width);
    for (let event = 0; event < EVENTS; event += 1) {
      stream.step(state, { vector: vectors.subarray(event * shape.width, (event + 1) * shape.width), strength: strengths[event]! });
      stream.reading(state).forEach((value, d) => expect(Math.abs(value - states[event * shape.width + d]!)).toBeLessThan(1e-4));
    }
  });
});
