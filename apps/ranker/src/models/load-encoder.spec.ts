import { loadEncoder } from './load-encoder.js';
import { ModelMissingFailure } from './model-unfit.failure.js';

const setUp = (versions: readonly string[], unfit: readonly string[], live: string | null, away = false) => {
  const notLoaded: string[] = [];
  const encoder = loadEncoder({
    folders: { directory: 'models', versions: async () => versions, pathOf: (_name: string, version: string) => version },
    registry: {
      entries: async () => {
        if (away) throw new Error('database away');
        return live === null ? [] : [{ name: 'encoder', version: live, role: 'live' as const, arm: null, share: null }];
      },
    },
    load: async (version) => {
      if (unfit.includes(version)) throw new Error('hash');
      return version;
    },
    notLoaded: (version) => notLoaded.push(version),
  });
  return { encoder, notLoaded };
};

describe('loadEncoder', () => {
  it.each([
    { why: 'the newest when the registry says nothing', unfit: [], live: null, away: false, expected: 'e2' },
    { why: 'what the registry says', unfit: [], live: 'e1', away: false, expected: 'e1' },
    { why: 'the newest when the registry is away', unfit: [], live: 'e1', away: true, expected: 'e2' },
    { why: 'an older one when the newest is not fit', unfit: ['e2'], live: null, away: false, expected: 'e1' },
    { why: 'the newest when what the registry says is not fit', unfit: ['e1'], live: 'e1', away: false, expected: 'e2' },
  ])('takes $why', async ({ unfit, live, away, expected }) => {
    const { encoder, notLoaded } = setUp(['e2', 'e1'], unfit, live, away);
    expect(await encoder).toBe(expected);
    expect(notLoaded).toEqual(unfit);
  });

  it('says why when none is fit, and where it looked when there is none', async () => {
    await expect(setUp(['e2', 'e1'], ['e1', 'e2'], null).encoder).rejects.toThrow(/encoder@e2 is not fit to serve: hash/);
    await expect(setUp([], [], null).encoder).rejects.toThrow(ModelMissingFailure);
  });
});
