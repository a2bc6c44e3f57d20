import fc from 'fast-check';
import { ActionRing } from './action-ring.js';
import { BucketCounts } from './bucket-counts.js';
import { CoReaders } from './co-readers.js';
import { DecayedCounts } from './decayed-counts.js';
import { FreshOrder } from './fresh-order.js';
import { HashSet64 } from './hash-set64.js';
import { hash64 } from './hash64.js';
import { TopPlaces } from './top-places.js';
import { Vectors } from './vectors.js';
import { WordLists } from './word-lists.js';

const before = (a: number, b: number): boolean => a < b;
const HOUR = 3_600_000;

describe('hash64', () => {
  it('keeps 200,000 similar keys apart', () => {
    const seen = new HashSet64();
    let clashes = 0;
    const low = new Set<number>();
    for (let i = 0; i < 200_000; i++) {
      const key = hash64(`r_0000000000000000000000 event-${i}`);
      if (!seen.add(key)) clashes++;
      low.add(key.lo);
    }
    expect(clashes).toBe(0);
    // 32-bit lanes alone meet the birthday bound: about 200,000^2 / 2^33 = 4.7 pairs.
    expect(200_000 - low.size).toBeLessThan(25);
  });
});

describe('HashSet64', () => {
  it('is a set, through growth and restore', () => {
    const key = fc.record({ lo: fc.constantFrom(0, 1, 2, 0xffffffff), hi: fc.integer({ min: 0, max: 200 }) });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 500 }), (keys) => {
        const set = new HashSet64();
        const model = new Set<string>();
        for (const { lo, hi } of keys) {
          const name = `${Math.max(1, lo)} ${hi}`;
          expect(set.add({ lo, hi })).toBe(!model.has(name));
          model.add(name);
        }
        const restored = HashSet64.fromArray(set.toArray());
        expect([set.size, restored.size]).toEqual([model.size, model.size]);
        expect(keys.every((each) => restored.has(each))).toBe(true);
      }),
    );
  });
});

describe('TopPlaces', () => {
  it('keeps what sorting keeps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 })), fc.nat(12), (scores, k) => {
        const top = new TopPlaces(k, before);
        scores.forEach((score, place) => top.offer(place, score));
        const sorted = scores.map((score, place) => ({ place, score })).toSorted((a, b) => b.score - a.score || a.place - b.place);
        expect(top.sorted()).toEqual(sorted.slice(0, k));
      }),
    );
  });
});

describe('FreshOrder', () => {
  it('is always the live papers by date, then id', () => {
    const step = fc.record({ paper: fc.nat(20), since: fc.option(fc.nat(5)), look: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const order = new FreshOrder(before);
        const model = new Map<number, number>();
        const expected = (): number[] => [...model].sort(([a, x], [b, y]) => y - x || a - b).map(([paper]) => paper);
        for (const { paper, since, look } of steps) {
          if (since === null) {
            order.remove(paper);
            model.delete(paper);
          } else {
            order.put(paper, since);
            model.set(paper, since);
          }
          if (look) expect(order.papers()).toEqual(expected());
        }
        expect(order.papers()).toEqual(expected());
      }),
    );
  });
});

describe('ActionRing', () => {
  it('keeps the newest of a set, whatever the order', () => {
    const entry = fc.record({
      time: fc.constantFrom(0, 999, 1000, 1001, 5_000_000_000, 1_770_000_000_123),
      paper: fc.nat(3),
      action: fc.nat(13),
      trusted: fc.boolean(),
      value: fc.nat(255),
    });
    const idOf = (paper: number): string => 'dbca'[paper]!;
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const fill = (all: typeof entries): unknown[] => {
          const ring = new ActionRing(new WordLists());
          for (const each of all) ring.add(each, 5, idOf);
          return Array.from({ length: ring.size }, (_, place) => ring.at(place));
        };
        const kept = fill(entries) as typeof entries;
        expect(fill(entries.toReversed())).toEqual(kept);
        const times = new Set(entries.map((each) => JSON.stringify(each)));
        expect(kept).toHaveLength(Math.min(5, times.size));
        expect(kept.map(({ time }) => time)).toEqual(kept.map(({ time }) => time).toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('WordLists', () => {
  it('keeps lists apart, whatever grows in whatever order', () => {
    const push = fc.record({ at: fc.nat(5), words: fc.constantFrom(1, 3, 200, 9_000, 30_000) });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 60 }), (pushes) => {
        const lists = new WordLists();
        const models = Array.from({ length: 6 }, () => ({ list: lists.add(), words: [] as number[] }));
        let next = 1;
        for (const { at, words } of pushes) {
          const { list, words: model } = models[at]!;
          lists.reserve(list, model.length, model.length + words);
          expect(lists.roomOf(list)).toBeGreaterThanOrEqual(model.length + words);
          for (let i = 0; i < words; i++) {
            lists.pageOf(list)[lists.startOf(list) + model.length] = next;
            model.push(next++);
          }
        }
        const same = models.every(({ list, words }) => lists.words(list, words.length).every((word, i) => word === words[i]));
        expect(same).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('wastes little when all lists grow at one pace', () => {
    const lists = new WordLists();
    const all = Array.from({ length: 5_000 }, () => lists.add());
    const WORDS = 100;
    for (let used = 0; used < WORDS; used++) {
      for (const list of all) {
        lists.reserve(list, used, used + 1);
        lists.pageOf(list)[lists.startOf(list) + used] = list * WORDS + used;
      }
    }
    expect(all.every((list) => lists.words(list, WORDS).every((word, used) => word === list * WORDS + used))).toBe(true);
    expect(lists.size).toBeLessThan(1.8 * all.length * WORDS);
  });

  it('moves no list onto another when a list takes a page of its own', () => {
    const lists = new WordLists();
    const small = lists.addWords(Uint32Array.of(1, 2, 3));
    const large = lists.addWords(new Uint32Array(70_000).fill(7));
    lists.reserve(large, 70_000, 90_000);
    lists.reserve(small, 3, 50);
    expect([[...lists.words(small, 3)], lists.words(large, 70_000).every((word) => word === 7)]).toEqual([[1, 2, 3], true]);
  });
});

describe('CoReaders', () => {
  it('samples the same readers in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 60 }), (readers) => {
        const sample = (order: number[]): number[] => {
          const all = new CoReaders(6, before, new WordLists());
          for (const reader of order) all.add(0, reader);
          return [...all.of(0)];
        };
        expect(sample(readers)).toEqual([...new Set(readers)].toSorted((a, b) => a - b).slice(0, 6));
        expect(sample(readers.toReversed())).toEqual(sample(readers));
      }),
    );
  });
});

describe('DecayedCounts', () => {
  it('equals the sum over buckets of n * 2^(-(now - bucket) / halfLife), before and after coarsening', () => {
    const at = fc.record({ hours: fc.double({ min: -24 * 90, max: 0, noNaN: true }), action: fc.constantFrom(0, 8, 13) });
    fc.assert(
      fc.property(fc.array(at, { maxLength: 80 }), fc.double({ min: 0, max: 500, noNaN: true }), (votes, later) => {
        const watermark = 1_770_000_000_000;
        const now = watermark + later * HOUR;
        const counts = new BucketCounts();
        const decayed = new DecayedCounts(counts);
        for (const { hours, action } of votes) counts.add(7, action, watermark + hours * HOUR, 1);
        counts.advance(watermark);
        decayed.touch(7);
        decayed.refresh(watermark);
        const byHand = (action: number, halfLife: number): number => {
          let sum = 0;
          counts.forEach(
            7,
            (bucket, which, count) => (sum += which === action ? count * 2 ** (-(now - bucket * 600_000) / (halfLife * HOUR)) : 0),
          );
          return sum;
        };
        const read = decayed.at(7, now)!;
        [0.5, 1, 3, 6, 12, 24, 48, 168].forEach((halfLife, i) => expect(read.upvotes[i]!).toBeCloseTo(byHand(0, halfLife), 9));
        [1, 6, 24, 168].forEach((halfLife, i) => {
          expect(read.opens[i]!).toBeCloseTo(byHand(8, halfLife), 9);
          expect(read.comments[i]!).toBeCloseTo(byHand(13, halfLife), 9);
        });
        expect(read.upvotesTotal).toBe(votes.filter(({ action }) => action === 0).length);
      }),
    );
  });
});

describe('Vectors', () => {
  it('finds the nearest exactly, over page borders, and treats absent rows as unlike anything', () => {
    const vectors = new Vectors(3);
    const rows = [0, 5, 1023, 1024, 2500];
    rows.forEach((row, i) => vectors.set(row, Float32Array.from([Math.cos(i / 3), Math.sin(i / 3), 0])));
    const near = vectors.nearest(Float32Array.from([1, 0, 0]), 3, before, (row) => row !== 5);
    expect(near.map(({ row }) => row)).toEqual([0, 1023, 1024]);
    expect(vectors.dot(7, Float32Array.from([1, 1, 1]))).toBe(0);
    vectors.set(0, null);
    expect([vectors.has(0), vectors.get(0), vectors.nearest(Float32Array.from([1, 0, 0]), 1, before, () => true)[0]!.row]).toEqual([
      false,
      null,
      5,
    ]);
  });
});
