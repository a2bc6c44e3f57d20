import { FoldBarrier } from '../agreement/fold-barrier.js';
import { FoldProgress } from '../consume/progress.js';
import { FoldTurns } from '../consume/fold-turns.js';
import { takeSnapshot, type TakenState } from './take-snapshot.js';

/** A state whose parts and steps cost `costMs` each on a clock of the test's own, with a fold that tries to go on all the while. */
const world = ({ costMs = 1, steps = 20, busy = false, fails = false } = {}) => {
  const clock = { ms: 0 };
  const seen: string[] = [];
  const barrier = new FoldBarrier(new FoldProgress({}, []));
  const turns = new FoldTurns(4, () => (clock.ms += busy ? 0.01 : 0), { busy: () => busy, patienceMs: 20 });
  let [folded, unhashed] = [0, 3];
  const state: TakenState = {
    get positions() {
      return { 'interactions.v1/0': String(folded) };
    },
    hash: () => `hash of ${folded} with ${unhashed} left`,
    prepareHash: () => {
      clock.ms += costMs;
      return (unhashed = Math.max(0, unhashed - 1));
    },
    *serializeInSteps() {
      for (let step = 0; step < steps; step++) {
        clock.ms += costMs;
        seen.push('step');
        if (fails && step === 5) throw new Error('no memory');
        yield;
      }
      return Uint8Array.of(folded);
    },
  };
  const fold = async (): Promise<void> => {
    for (let wait = barrier.before('interactions.v1', 0, 0n); wait !== undefined; wait = barrier.before('interactions.v1', 0, 0n))
      await wait;
    folded += 1;
    seen.push('fold');
  };
  const request = (): void => {
    seen.push('request');
    if (seen.filter((what) => what === 'step').length < steps && !seen.includes('fold')) setImmediate(request);
  };
  const take = () => takeSnapshot({ state, barrier, turns, now: () => 7, monotonic: () => clock.ms });
  return { take, fold, request, seen, clock };
};

describe('takeSnapshot', () => {
  it('takes the state of the moment it was called, with its hash, while a fold waits', async () => {
    const { take, fold, seen } = world();
    const [snapshot] = await Promise.all([take(), fold()]);
    expect(snapshot).toEqual({
      takenAt: 7,
      positions: { 'interactions.v1/0': '0' },
      stateHash: 'hash of 0 with 0 left',
      bytes: Uint8Array.of(0),
    });
    expect(seen.at(-1)).toBe('fold');
  });

  it('lets requests go on between slices of a few milliseconds', async () => {
    const { take, request, seen } = world({ steps: 40 });
    setImmediate(request);
    await take();
    const longest = Math.max(
      ...seen
        .join(' ')
        .split('request')
        .map((between) => between.split('step').length - 1),
    );
    expect(longest).toBeLessThanOrEqual(4);
    expect(seen.filter((what) => what === 'request').length).toBeGreaterThanOrEqual(8);
  });

  it('is courteous to requests for a second, and then goes on beside them', async () => {
    const { take, clock } = world({ busy: true, steps: 2_000 });
    await take();
    // 500 slices would take 12 s if each were put off for 20 ms.
    expect(clock.ms).toBeGreaterThan(2_000);
    expect(clock.ms).toBeLessThan(4_500);
  });

  it('lets the fold go on when it fails', async () => {
    const { take, fold } = world({ fails: true });
    await expect(take()).rejects.toThrow('no memory');
    await fold();
  });
});
