import fc from 'fast-check';
import { armOf, LIVE_ARM, planModels, type RegistryEntry } from './model-plan.js';

/** A reader's reference. */
const reader = (name: string): string => `r_${name.padEnd(22, '0')}`;

const newest = { trending: 't-new', personal: 'p-new' };
const entry = (
  name: string,
  version: string,
  role: RegistryEntry['role'],
  arm: string | null = null,
  share: number | null = null,
): RegistryEntry => ({
  name,
  version,
  role,
  arm,
  share,
});

describe('planModels', () => {
  it.each([
    { why: 'the newest of the folder when the registry is empty', entries: [], live: newest },
    { why: 'what the registry names', entries: [entry('personal', 'p-old', 'live')], live: { trending: 't-new', personal: 'p-old' } },
    { why: 'nothing that is retired', entries: [entry('personal', 'p-old', 'retired')], live: newest },
    { why: 'no model that is none of ours', entries: [entry('encoder', 'e-old', 'live')], live: newest },
  ])('serves $why', ({ entries, live }) => {
    expect(planModels(entries, newest)).toEqual({ live, arms: [], shadows: {} });
  });

  it('gives an arm the live version of what it does not change, and the smaller of two shares', () => {
    const plan = planModels(
      [
        entry('personal', 'p-b', 'arm', 'b', 0.2),
        entry('trending', 't-a', 'arm', 'a', 0.5),
        entry('personal', 'p-a', 'arm', 'a', 0.1),
        entry('trending', 't-shadow', 'shadow'),
      ],
      newest,
    );
    expect(plan).toEqual({
      live: newest,
      arms: [
        { arm: 'a', share: 0.1, versions: { trending: 't-a', personal: 'p-a' } },
        { arm: 'b', share: 0.2, versions: { trending: 't-new', personal: 'p-b' } },
      ],
      shadows: { trending: 't-shadow' },
    });
  });

  it('does not depend on the order of the rows', () => {
    const rows = [
      entry('personal', 'p-b', 'arm', 'b', 0.2),
      entry('trending', 't-a', 'arm', 'a', 0.5),
      entry('personal', 'p-a', 'arm', 'a', 0.1),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 3 }), (shuffled) => {
        expect(planModels(shuffled, newest)).toEqual(planModels(rows, newest));
      }),
    );
  });
});

describe('armOf', () => {
  const arms = [
    { arm: 'a', share: 0.1 },
    { arm: 'b', share: 0.3 },
  ];

  it('gives every arm its share of the readers, and each reader one arm for ever', () => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < 5000; i += 1) {
      const arm = armOf(arms, reader(`n${i}`));
      expect(armOf(arms, reader(`n${i}`))).toBe(arm);
      counts[arm] = (counts[arm] ?? 0) + 1 / 5000;
    }
    expect(counts['a']).toBeCloseTo(0.1, 1);
    expect(counts['b']).toBeCloseTo(0.3, 1);
    expect(counts[LIVE_ARM]).toBeCloseTo(0.6, 1);
  });

  it('keeps anonymous readers out of experiments', () => {
    expect(armOf([{ arm: 'a', share: 1 }], undefined)).toBe(LIVE_ARM);
  });
});
