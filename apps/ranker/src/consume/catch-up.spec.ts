import { beyondTheEnd, boundsOf, CatchUp } from './catch-up.js';
import { FoldProgress } from './progress.js';

const topics = ['papers.v1', 'interactions.v1'];
const bounds = {
  earliest: { 'papers.v1/0': '0', 'papers.v1/1': '40', 'interactions.v1/0': '3' },
  end: { 'papers.v1/0': '10', 'papers.v1/1': '40', 'interactions.v1/0': '5' },
};

describe('CatchUp', () => {
  const setUp = () => {
    const clock = { now: 0 };
    const lag = new Map([['papers.v1/0', 0n]]);
    const progress = new FoldProgress({}, topics);
    const catchUp = new CatchUp(progress, { byPartition: () => lag }, () => clock.now);
    return { clock, progress, catchUp };
  };

  it('knows nothing before it is told the ends', () => {
    expect(setUp().catchUp.remaining()).toBeNull();
  });

  it('counts down what the log held at that moment, whatever the log says of its lag before its first fetch', () => {
    const { progress, catchUp } = setUp();
    catchUp.aim(bounds);
    expect(catchUp.remaining()).toBe(15n);
    progress.reached('papers.v1', 0, 10n);
    expect(catchUp.remaining()).toBe(5n);
    progress.reached('interactions.v1', 0, 7n);
    expect(catchUp.remaining()).toBe(0n);
  });

  it('does not wait for ever for records that were compacted away', () => {
    const { clock, progress, catchUp } = setUp();
    catchUp.aim(bounds);
    progress.reached('papers.v1', 0, 8n);
    progress.reached('interactions.v1', 0, 5n);
    expect(catchUp.remaining()).toBe(2n);
    clock.now = 10_000;
    expect(catchUp.remaining()).toBe(0n);
  });
});

describe('beyondTheEnd', () => {
  it.each([
    { why: 'inside', positions: { 'papers.v1/0': '10' }, beyond: [] },
    { why: 'beyond', positions: { 'papers.v1/0': '11', 'interactions.v1/0': '5' }, beyond: ['papers.v1/0'] },
    { why: 'in a partition that the log does not have', positions: { 'papers.v1/9': '11' }, beyond: [] },
  ])('names the partitions where the state stands $why', ({ positions, beyond }) => {
    expect(beyondTheEnd(positions, bounds.end)).toEqual(beyond);
  });
});

describe('boundsOf', () => {
  it('joins the bounds of several topics', async () => {
    const log = { bounds: async (topic: string) => ({ earliest: { [`${topic}/0`]: '1' }, end: { [`${topic}/0`]: '2' } }) };
    expect(await boundsOf(log, topics)).toEqual({
      earliest: { 'papers.v1/0': '1', 'interactions.v1/0': '1' },
      end: { 'papers.v1/0': '2', 'interactions.v1/0': '2' },
    });
  });
});
