import type { ModelPlan } from '#ranking';
import { until } from '#test-support/until';
import { reader } from '../fixtures/records.js';
import { ModelShelf, type LoadedScorer } from './model-shelf.js';
import { ModelUnfitFailure } from './model-unfit.failure.js';

const plan = (trending: string, personal: string, more: Partial<ModelPlan> = {}): ModelPlan => ({
  live: { trending, personal },
  arms: [],
  shadows: {},
  ...more,
});

const setUp = () => {
  const open: string[] = [];
  const loads: string[] = [];
  const unfit: string[] = [];
  const compared: number[] = [];
  const bad = new Set<string>();
  const shelf = new ModelShelf({
    load: async (name, version): Promise<LoadedScorer> => {
      loads.push(version);
      if (bad.has(version)) throw new Error('golden vector 0 is off');
      open.push(version);
      return {
        name,
        version,
        features: ['x'],
        heads: 1,
        score: async (rows: Float32Array, count: number) => rows.slice(0, count),
        close: async () => void open.splice(open.indexOf(version), 1),
      };
    },
    build: (arm, { trending, personal }) => ({ arm, trending, personal, versions: `${trending.version} ${personal.version}` }),
    observer: {
      serving: () => undefined,
      notLoaded: (_name, version) => unfit.push(version),
      compared: (live, shadow) => compared.push(Math.abs((live[0] ?? 0) - (shadow[0] ?? 0))),
      shadowFailed: () => undefined,
    },
  });
  const versions = (readerRef?: string): Promise<string> => shelf.use(readerRef, async (product) => `${product.arm}: ${product.versions}`);
  return { shelf, open, loads, unfit, bad, compared, versions };
};

describe('ModelShelf', () => {
  it('serves what it adopted and closes what it replaced, loading nothing twice', async () => {
    const { shelf, open, loads, versions } = setUp();
    await shelf.adopt(plan('t1', 'p1'));
    expect(await versions()).toBe('control: t1 p1');
    await shelf.adopt(plan('t1', 'p2'));
    expect(await versions()).toBe('control: t1 p2');
    expect(loads).toEqual(['t1', 'p1', 'p2']);
    expect(open.sort()).toEqual(['p2', 't1']);
  });

  it('does nothing when the plan is the one that serves', async () => {
    const { shelf, loads } = setUp();
    await shelf.adopt(plan('t1', 'p1'));
    expect(await shelf.adopt(plan('t1', 'p1'))).toBe(true);
    expect(loads).toHaveLength(2);
  });

  it('leaves the old ones serving when a new one is not fit, and lets go of what it loaded beside it', async () => {
    const { shelf, open, bad, unfit, versions } = setUp();
    await shelf.adopt(plan('t1', 'p1'));
    bad.add('p2');
    expect(await shelf.adopt(plan('t2', 'p2'))).toBe(false);
    expect(await versions()).toBe('control: t1 p1');
    expect({ open: open.sort(), unfit }).toEqual({ open: ['p1', 't1'], unfit: ['p2'] });
    bad.clear();
    expect(await shelf.adopt(plan('t2', 'p2'))).toBe(true);
  });

  it('fails when there is nothing to fall back on, with the model and the reason in the message', async () => {
    const { shelf, bad, open } = setUp();
    bad.add('p1');
    await expect(shelf.adopt(plan('t1', 'p1'))).rejects.toThrow(ModelUnfitFailure);
    await expect(shelf.adopt(plan('t1', 'p1'))).rejects.toThrow(/personal@p1.*golden vector 0 is off/);
    expect(open).toEqual([]);
  });

  it('keeps a replaced model open until the last request that began with it has ended', async () => {
    const { shelf, open, versions } = setUp();
    await shelf.adopt(plan('t1', 'p1'));
    let end = (): void => undefined;
    const slow = shelf.use(undefined, () => new Promise<void>((resolve) => (end = resolve)));
    await shelf.adopt(plan('t2', 'p2'));
    expect(await versions()).toBe('control: t2 p2');
    expect(open.sort()).toEqual(['p1', 'p2', 't1', 't2']);
    end();
    await slow;
    expect(open.sort()).toEqual(['p2', 't2']);
  });

  it('serves readers by their arm', async () => {
    const { shelf, versions } = setUp();
    await shelf.adopt(plan('t1', 'p1', { arms: [{ arm: 'bold', share: 1, versions: { trending: 't1', personal: 'p9' } }] }));
    expect(await versions(reader('ada'))).toBe('bold: t1 p9');
    expect(await versions()).toBe('control: t1 p1');
  });

  it('scores a shadow beside the live model and answers the live scores', async () => {
    const { shelf, compared, open } = setUp();
    await shelf.adopt(plan('t1', 'p1', { shadows: { personal: 'p2' } }));
    const scores = await shelf.use(undefined, ({ personal }) => personal.score(Float32Array.of(3, 4), 2));
    expect([...scores]).toEqual([3, 4]);
    await until('the shadow has scored', () => compared.length > 0);
    expect(compared).toEqual([0]);
    await shelf.close();
    expect(open).toEqual([]);
  });
});
