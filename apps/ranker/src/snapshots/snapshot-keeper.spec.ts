import { until } from '#test-support/until';
import type { Snapshot } from './snapshot-store.js';
import { SnapshotKeeper } from './snapshot-keeper.js';

const setUp = (intervalMs = 60_000) => {
  const setting = { version: 'v0', elected: true, fails: false, taking: Promise.resolve() };
  const saved: string[] = [];
  const failures: unknown[] = [];
  const fresh: number[] = [];
  const steps: string[] = [];
  const keeper = new SnapshotKeeper({
    prepare: async () => {
      steps.push('prepared');
    },
    take: async () => {
      const stateHash = setting.version;
      await setting.taking;
      return { takenAt: 1, positions: {}, stateHash, bytes: new Uint8Array(3) };
    },
    version: () => setting.version,
    store: {
      saveIfElected: async (freshMs: number, take: () => Promise<Snapshot>) => {
        fresh.push(freshMs);
        if (setting.fails) throw new Error('database away');
        if (!setting.elected) return null;
        const { stateHash } = await take();
        saved.push(stateHash);
        steps.push('taken');
        return 3;
      },
    },
    intervalMs,
    now: () => 1,
    observer: { saved: () => undefined, saveFailed: (error) => failures.push(error) },
  });
  keeper.start('v0');
  return { keeper, setting, saved, failures, fresh, steps };
};

describe('SnapshotKeeper', () => {
  it('saves nothing when nothing changed since the one it was restored from', async () => {
    const { keeper, saved } = setUp();
    expect(await keeper.stop()).toBe('unchanged');
    expect(saved).toEqual([]);
  });

  it('saves a change once', async () => {
    const { keeper, setting, saved } = setUp();
    setting.version = 'v1';
    expect([await keeper.save(0), await keeper.save(0), await keeper.stop()]).toEqual(['written', 'unchanged', 'unchanged']);
    expect(saved).toEqual(['v1']);
  });

  it('knows the state that it took from one that was folded while it was taken', async () => {
    const { keeper, setting, saved } = setUp();
    setting.version = 'v1';
    setting.taking = new Promise<void>((resolve) => setImmediate(resolve)).then(() => void (setting.version = 'v2'));
    expect(await keeper.save(0)).toBe('written');
    expect(await keeper.stop()).toBe('written');
    expect(saved).toEqual(['v1', 'v2']);
  });

  it('does what can be done beforehand, and only when it is elected', async () => {
    const { keeper, setting, steps } = setUp();
    setting.version = 'v1';
    setting.elected = false;
    await keeper.save(0);
    expect(steps).toEqual([]);
    setting.elected = true;
    await keeper.save(0);
    expect(steps).toEqual(['prepared', 'taken']);
  });

  it('leaves the writing to another replica that is elected', async () => {
    const { keeper, setting } = setUp();
    setting.version = 'v1';
    setting.elected = false;
    expect(await keeper.save(0)).toBe('not-elected');
    setting.elected = true;
    expect(await keeper.stop()).toBe('written');
  });

  it('outlives a failure and tries again', async () => {
    const { keeper, setting, failures } = setUp();
    setting.version = 'v1';
    setting.fails = true;
    expect(await keeper.save(0)).toBe('failed');
    setting.fails = false;
    expect(await keeper.stop()).toBe('written');
    expect(failures).toHaveLength(1);
  });

  it('saves at the end however new the stored one is', async () => {
    const { keeper, setting, fresh } = setUp();
    setting.version = 'v1';
    await keeper.stop();
    expect(fresh).toEqual([0]);
  });

  it('looks several times an interval, so that a replica that lives shorter than one leaves a snapshot behind', async () => {
    const { keeper, setting, saved, fresh } = setUp(3_000);
    setting.version = 'v1';
    const began = performance.now();
    await until('it is saved', () => saved.length > 0, 2_500);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(fresh).toEqual([3_000]); // and not sooner than the stored one is old
    await keeper.stop();
  });

  it('joins those who ask during a save', async () => {
    const { keeper, setting, saved } = setUp();
    setting.version = 'v1';
    expect(await Promise.all([keeper.save(0), keeper.save(0), keeper.stop()])).toEqual(['written', 'written', 'unchanged']);
    expect(saved).toEqual(['v1']);
  });
});
