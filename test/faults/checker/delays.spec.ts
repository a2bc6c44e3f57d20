import { Delays } from './delays.js';

const at = (offset: number, partition = 0) => ({ topic: 't', partition, offset: BigInt(offset) });

describe('Delays', () => {
  it('measures from the send to the first look at which the consumer is past the record', () => {
    const delays = new Delays();
    delays.sent(at(4), 100);
    delays.sent(at(5), 110);
    delays.sent(at(0, 1), 120);
    delays.seen({ 't/0': 4n }, 130);
    expect(delays.samples).toEqual([]);
    delays.seen({ 't/0': 5n, 't/1': 0n }, 150);
    expect(delays.samples).toEqual([50]);
    delays.seen({ 't/0': 9n, 't/1': 1n }, 200);
    expect(delays.samples).toEqual([50, 90, 80]);
    expect(delays.waiting).toBe(0);
  });

  it('counts what nobody has passed as waiting', () => {
    const delays = new Delays();
    delays.sent(at(4), 100);
    delays.seen({}, 500);
    expect(delays.waiting).toBe(1);
  });
});
