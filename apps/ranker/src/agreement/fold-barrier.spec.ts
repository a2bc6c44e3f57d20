import { FoldProgress } from '../consume/progress.js';
import { FoldBarrier } from './fold-barrier.js';

const TOPIC = 'interactions.v1';

/** Two partitions that are folded as fast as the barrier lets them, up to `ends`. */
const world = () => {
  const progress = new FoldProgress({}, [TOPIC]);
  const barrier = new FoldBarrier(progress);
  const fold = async (partition: number, end: bigint): Promise<void> => {
    for (let offset = progress.of(TOPIC, partition); offset < end; offset += 1n) {
      for (let wait = barrier.before(TOPIC, partition, offset); wait !== undefined; wait = barrier.before(TOPIC, partition, offset))
        await wait;
      progress.reached(TOPIC, partition, offset + 1n);
      await Promise.resolve();
    }
  };
  const stands = (): readonly bigint[] => [progress.of(TOPIC, 0), progress.of(TOPIC, 1)];
  return { barrier, fold, stands };
};

describe('FoldBarrier', () => {
  it('lets every partition come exactly to its position, shows the state, and opens', async () => {
    const { barrier, fold, stands } = world();
    barrier.close({}, 5_000);
    const all = Promise.all([fold(0, 20n), fold(1, 20n)]);
    expect(stands()).toEqual([0n, 0n]);
    expect(await barrier.at({ 'interactions.v1/0': '7', 'interactions.v1/1': '3' }, 5_000, stands)).toEqual([7n, 3n]);
    await all;
    expect(stands()).toEqual([20n, 20n]);
  });

  it('says so when a partition is beyond its position, or does not come to it', async () => {
    const { barrier, fold } = world();
    await fold(0, 5n);
    expect(await barrier.at({ 'interactions.v1/0': '4' }, 5_000, () => 'seen')).toBeNull();
    expect(await barrier.at({ 'interactions.v1/0': '6' }, 10, () => 'seen')).toBeNull();
  });

  it('opens by itself when nobody comes back', async () => {
    const { barrier, fold, stands } = world();
    barrier.close({}, 10);
    await fold(0, 3n);
    expect(stands()).toEqual([3n, 0n]);
  });

  it('folds nothing while somebody holds it, however it is opened and whoever else lets go', async () => {
    const { barrier, fold, stands } = world();
    const [one, other] = [barrier.hold(), barrier.hold()];
    const all = Promise.all([fold(0, 4n), fold(1, 4n)]);
    barrier.close({ 'interactions.v1/0': '2' }, 5_000);
    barrier.open();
    one();
    await new Promise(setImmediate);
    expect(stands()).toEqual([0n, 0n]);
    barrier.close({ 'interactions.v1/0': '2' }, 5_000);
    other();
    await new Promise(setImmediate);
    expect(stands()).toEqual([2n, 0n]); // the comparer's barrier stands
    barrier.open();
    await all;
    expect(stands()).toEqual([4n, 4n]);
  });

  it('holds partitions that nobody named', async () => {
    const { barrier, fold, stands } = world();
    barrier.close({ 'interactions.v1/0': '2' }, 5_000);
    const all = Promise.all([fold(0, 4n), fold(1, 4n)]);
    await new Promise(setImmediate);
    expect(stands()).toEqual([2n, 0n]);
    barrier.open();
    await all;
  });
});
