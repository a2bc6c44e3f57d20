import type { ModelPlan, RegistryEntry } from '#ranking';
import { ModelSupply } from './model-supply.js';
import { ModelMissingFailure, ModelUnfitFailure } from './model-unfit.failure.js';

const row = (name: string, version: string, role: RegistryEntry['role'] = 'live'): RegistryEntry => ({ name, version, role, arm: null, share: null });

const setUp = (versions: Readonly<Record<string, readonly string[]>>, unfit: readonly string[] = []) => {
  const world = {
    rows: [] as RegistryEntry[],
    away: false,
    served: undefined as ModelPlan['live'] | undefined,
    failures: 0,
    revision: 0,
    dealtWith: [] as string[],
  };
  const supply = new ModelSupply({
    folders: { directory: 'models', versions: async (name: string) => versions[name] ?? [] },
    registry: {
      entries: async () => {
        if (world.away) throw new Error('database away');
        return world.rows;
      },
      revision: async () => {
        if (world.away) throw new Error('database away');
        return world.revision;
      },
    },
    shelf: {
      adopt: async ({ live }: ModelPlan) => {
        for (const [name, version] of Object.entries(live)) {
          if (!unfit.includes(version)) continue;
          if (world.served === undefined) throw new ModelUnfitFailure(name, version, new Error('hash'));
          return false;
        }
        world.served = live;
        return true;
      },
    },
    registryFailed: () => (world.failures += 1),
    dealtWith: async (revision, adopted) => void world.dealtWith.push(`${revision} ${adopted ? 'adopted' : 'refused'}`),
    pollMs: 60_000,
  });
  return { supply, world };
};

const folder = { trending: ['t2', 't1'], personal: ['p2', 'p1'] };

describe('ModelSupply', () => {
  it.each([
    { why: 'the newest when the registry is empty', rows: [], unfit: [], served: { trending: 't2', personal: 'p2' } },
    { why: 'what the registry says', rows: [row('personal', 'p1')], unfit: [], served: { trending: 't2', personal: 'p1' } },
    { why: 'an older one when the newest is a shadow', rows: [row('personal', 'p2', 'shadow')], unfit: [], served: { trending: 't2', personal: 'p1' } },
    { why: 'the newest when every version is something else', rows: [row('personal', 'p2', 'shadow'), row('personal', 'p1', 'retired')], unfit: [], served: { trending: 't2', personal: 'p2' } },
    { why: 'an older one when the newest is not fit', rows: [], unfit: ['t2'], served: { trending: 't1', personal: 'p2' } },
    { why: 'the newest when what the registry says is not fit', rows: [row('personal', 'p1')], unfit: ['p1'], served: { trending: 't2', personal: 'p2' } },
  ])('starts with $why', async ({ rows, unfit, served }) => {
    const { supply, world } = setUp(folder, unfit);
    world.rows = rows;
    await supply.open();
    expect(world.served).toEqual(served);
  });

  it('starts when the registry cannot be read', async () => {
    const { supply, world } = setUp(folder);
    world.away = true;
    await supply.open();
    expect({ served: world.served, failures: world.failures }).toEqual({ served: { trending: 't2', personal: 'p2' }, failures: 1 });
  });

  it('does not start when no version is fit, and says why of the newest', async () => {
    const { supply } = setUp(folder, ['p1', 'p2']);
    await expect(supply.open()).rejects.toThrow(/personal@p2 is not fit/);
  });

  it('does not start without any version', async () => {
    const { supply } = setUp({ trending: ['t1'] });
    await expect(supply.open()).rejects.toThrow(ModelMissingFailure);
  });

  it('says which change it has dealt with, and whether the result serves', async () => {
    const { supply, world } = setUp(folder, ['t2']);
    await supply.open();
    world.revision = 1;
    world.rows = [row('trending', 't1')];
    await supply.poll();
    world.revision = 2;
    world.rows = [row('trending', 't2')];
    await supply.poll();
    world.away = true;
    world.revision = 3;
    await supply.poll();
    expect(world.dealtWith).toEqual(['0 refused', '1 adopted', '2 refused', '2 refused']);
  });

  it('follows the registry, and keeps its last word while it is away', async () => {
    const { supply, world } = setUp(folder);
    await supply.open();
    world.rows = [row('personal', 'p1')];
    await supply.poll();
    expect(world.served).toEqual({ trending: 't2', personal: 'p1' });
    world.away = true;
    await supply.poll();
    expect(world.served).toEqual({ trending: 't2', personal: 'p1' });
  });
});
