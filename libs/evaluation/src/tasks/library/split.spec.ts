import fc from 'fast-check';
import { seededRandom } from '#ranking';
import { given, holdBack } from './split.js';
import type { Split } from './split.js';

const ITEMS = 30;
const shares = { coldItems: 0.2, saves: 0.3 };
const someSaves = fc.array(
  fc.uniqueArray(fc.nat(ITEMS - 1), { minLength: 1, maxLength: 20 }).map((items) => Int32Array.from(items).sort()),
  { minLength: 1, maxLength: 12 },
);

/** Known, warm and cold of each reader are the saves in three parts, and nothing that is judged is known of anybody where it must not be. */
const expectSound = (split: Split, saves: readonly Int32Array[]): void => {
  const savedByAnyone = new Set(split.known.flatMap((own) => [...own]));
  saves.forEach((own, reader) => {
    const [known, warm, cold] = [split.known[reader]!, split.warm[reader]!, split.cold[reader]!];
    expect([...known, ...warm, ...cold].sort((a, b) => a - b)).toEqual([...own]);
    for (const item of warm) expect(savedByAnyone.has(item) && split.isCold[item] === 0).toBe(true);
    for (const item of cold) expect(savedByAnyone.has(item) || split.isCold[item] === 0).toBe(false);
  });
};

describe('holdBack', () => {
  it('splits every save once, keeps cold items from everybody, and leaves a warm item with a known save', () => {
    fc.assert(
      fc.property(someSaves, fc.nat(1000), (saves, seed) => expectSound(holdBack(saves, ITEMS, shares, seededRandom(seed)), saves)),
    );
  });

  it('recommends just the items that somebody saved', () => {
    fc.assert(
      fc.property(someSaves, (saves) => {
        const { catalogue } = holdBack(saves, ITEMS, shares, seededRandom(1));
        const saved = new Set(saves.flatMap((own) => [...own]));
        catalogue.forEach((is, item) => expect(is).toBe(saved.has(item) ? 1 : 0));
      }),
    );
  });

  it('holds back the shares it was told, the same ones for a seed', () => {
    const random = seededRandom(5);
    const saves = Array.from({ length: 200 }, () =>
      Int32Array.from(new Set(Array.from({ length: 12 }, () => Math.floor(random() * 300)))).sort(),
    );
    const split = holdBack(saves, 300, { coldItems: 0.1, saves: 0.25 }, seededRandom(1));
    expect(split.isCold.reduce((sum, flag) => sum + flag, 0)).toBe(30);
    const [warm, known] = [split.warm, split.known].map((lists) => lists.reduce((sum, { length }) => sum + length, 0));
    expect(warm! / (warm! + known!)).toBeCloseTo(0.25, 1);
    expect(holdBack(saves, 300, { coldItems: 0.1, saves: 0.25 }, seededRandom(1))).toEqual(split);
    expect(holdBack(saves, 300, { coldItems: 0.1, saves: 0.25 }, seededRandom(2))).not.toEqual(split);
  });

  it('leaves a reader of one save with it', () => {
    const split = holdBack([Int32Array.of(3), Int32Array.of(3)], ITEMS, { coldItems: 0, saves: 0.9 }, seededRandom(1));
    expect(split.known.map((own) => [...own])).toEqual([[3], [3]]);
  });
});

describe('given', () => {
  it('takes held-back saves as they are; flagged items and those without a known save are cold', () => {
    const flagged = new Uint8Array(5);
    flagged[4] = 1;
    const split = given([Int32Array.of(0, 1), Int32Array.of(1, 2)], [Int32Array.of(2, 3), Int32Array.of(0, 4)], flagged);
    expect(split.warm.map((own) => [...own])).toEqual([[2], [0]]);
    expect(split.cold.map((own) => [...own])).toEqual([[3], [4]]);
    expect([...split.isCold]).toEqual([0, 0, 0, 1, 1]);
    expect([...split.catalogue]).toEqual([1, 1, 1, 1, 1]);
  });
});
