import { restoreState, type RestoreProblem } from './restore.js';
import type { Snapshot, SnapshotId } from './snapshot-store.js';

const stored = (id: string, stateHash = id): [string, Snapshot] => [id, { takenAt: 1, positions: {}, stateHash, bytes: new Uint8Array(1) }];

const setUp = (ids: readonly string[], away = false) => {
  const snapshots = new Map(ids.map((id) => stored(id)));
  const problems: [RestoreProblem, string | undefined][] = [];
  const restored = restoreState<string>({
    store: {
      list: async () => {
        if (away) throw new Error('database away');
        return ids.map((id) => ({ id, takenAt: 1 }));
      },
      load: async ({ id }: SnapshotId) => {
        if (id.startsWith('damaged')) throw new Error('checksum');
        return id.startsWith('pruned') ? null : (snapshots.get(id) ?? null);
      },
    },
    decode: ({ stateHash }) => {
      if (stateHash.startsWith('unknown')) throw new Error('version 9');
      return stateHash;
    },
    patienceMs: 0,
    isOfThisLog: async ({ stateHash }) => !stateHash.startsWith('other'),
    passedOver: (problem, id) => problems.push([problem, id?.id]),
  });
  return { restored, problems };
};

describe('restoreState', () => {
  it.each([
    { why: 'the newest is good', ids: ['good', 'old'], state: 'good', problems: [] },
    { why: 'its bytes are damaged', ids: ['damaged', 'old'], state: 'old', problems: [['corrupt', 'damaged']] },
    { why: 'its version is unknown', ids: ['unknown', 'old'], state: 'old', problems: [['corrupt', 'unknown']] },
    { why: 'it was taken of another log', ids: ['other', 'old'], state: 'old', problems: [['other-log', 'other']] },
    { why: 'it was pruned meanwhile', ids: ['pruned', 'old'], state: 'old', problems: [] },
    {
      why: 'none can be used',
      ids: ['damaged', 'unknown'],
      state: undefined,
      problems: [
        ['corrupt', 'damaged'],
        ['corrupt', 'unknown'],
      ],
    },
    { why: 'there is none', ids: [], state: undefined, problems: [] },
  ])('answers $state when $why', async ({ ids, state, problems }) => {
    const { restored, problems: seen } = setUp(ids);
    expect((await restored)?.state).toBe(state);
    expect(seen).toEqual(problems);
  });

  it('answers none, and does not fail, when the store is away', async () => {
    const { restored, problems } = setUp(['good'], true);
    expect(await restored).toBeNull();
    expect(problems).toEqual([['unavailable', undefined]]);
  });
});
