import { HistoryProfile } from '../features/history-profile.js';
import fc from 'fast-check';
import { rankRequestSchema } from '#contracts';
import { NOON, paper } from '../../fixtures/invented.js';
import { defaultRankingConfig } from '../pipeline/ranking-config.js';
import type { RankQuery, Scored } from '../pipeline/stages.js';
import { RankingState } from '../state/ranking-state.js';
import { defaultStateConfig } from '../state/state-config.js';
import { fillExplorationSlots } from './exploration-slots.js';
import { spread } from './spread.js';

interface Sketch {
  readonly org?: string;
  readonly author?: string;
  readonly topic?: string;
}

/** Papers in order of score, one point apart. */
const ranked = (...sketches: readonly Sketch[]): { query: RankQuery; pool: Scored[] } => {
  const state = RankingState.empty({ ...defaultStateConfig, dimensions: 2 });
  sketches.forEach(({ org, author, topic }, i) =>
    state.foldPaper(
      paper({
        id: `i${i}`,
        ...(org === undefined ? {} : { organization: { name: org } }),
        ...(author === undefined ? {} : { authors: [author] }),
        ...(topic === undefined ? {} : { topics: [topic] }),
      }),
      null,
    ),
  );
  const request = rankRequestSchema.parse({ requestId: 'request-1', surface: 'for-you', limit: 10, budgetMs: 10 });
  const query: RankQuery = {
    request,
    now: NOON,
    seed: 1,
    state: state.parts,
    reader: null,
    taste: null,
    aversion: null,
    readerState: null,
    profile: new HistoryProfile(state.parts, []),
    history: [],
    scope: null,
    origin: null,
    excluded: new Set(),
    historyOf: () => [],
  };
  const pool = sketches.map((_, i) => ({ candidate: { paper: i, findings: [] }, score: -i, row: i }));
  return { query, pool };
};

const ids = (slate: readonly Scored[]): string[] => slate.map(({ candidate }) => `i${candidate.paper}`);
const config = { ...defaultRankingConfig.spread, topicPenalty: 0.8 };

describe('spread', () => {
  it.each<{ why: string; of: Sketch[]; size: number; expected: string[] }>([
    { why: 'keeps score order while nothing repeats', of: [{ org: 'a' }, { org: 'b' }, { org: 'c' }], size: 2, expected: ['i0', 'i1'] },
    {
      why: 'skips the third paper of one organisation',
      of: [{ org: 'a' }, { org: 'A' }, { org: 'a' }, { org: 'b' }],
      size: 3,
      expected: ['i0', 'i1', 'i3'],
    },
    {
      why: 'skips the third paper of one author',
      of: [{ author: 'x' }, { author: 'x' }, { author: 'X' }, {}],
      size: 3,
      expected: ['i0', 'i1', 'i3'],
    },
    {
      why: 'fills from the skipped when the pool is short',
      of: [{ org: 'a' }, { org: 'a' }, { org: 'a' }],
      size: 3,
      expected: ['i0', 'i1', 'i2'],
    },
    {
      why: 'prefers another topic that is nearly as good',
      of: [{ topic: 't' }, { topic: 't' }, { topic: 'u' }],
      size: 3,
      expected: ['i0', 'i1', 'i2'],
    },
    {
      why: 'takes a score that is too far behind for no variety',
      of: [{ topic: 't' }, { topic: 't' }, { topic: 't' }, { topic: 'u' }],
      size: 4,
      expected: ['i0', 'i1', 'i2', 'i3'],
    },
  ])('$why', ({ of, size, expected }) => {
    const { query, pool } = ranked(...of);
    expect(ids(spread(config).select(query, pool, size))).toEqual(expected);
  });

  it('lets a paper of another topic pass one that is less than the penalty better', () => {
    const { query, pool } = ranked({ topic: 't' }, { topic: 't' }, { topic: 'u' });
    expect(ids(spread({ ...config, topicPenalty: 2 }).select(query, pool, 3))).toEqual(['i0', 'i2', 'i1']);
  });

  it('never invents, repeats or loses a place, and never reaches further than it may', () => {
    const sketch = fc.record({
      org: fc.constantFrom('a', 'b', undefined),
      author: fc.constantFrom('x', 'y', undefined),
      topic: fc.constantFrom('t', 'u', 'v'),
    });
    fc.assert(
      fc.property(fc.array(sketch, { maxLength: 40 }), fc.nat(50), (sketches, size) => {
        const { query, pool } = ranked(...(sketches as Sketch[]));
        const slate = spread(config).select(query, pool, size);
        expect(slate).toHaveLength(Math.min(size, pool.length));
        expect(new Set(slate).size).toBe(slate.length);
        expect(slate.every((item) => pool.includes(item))).toBe(true);
        slate.forEach(({ row }, place) => expect(row - place).toBeLessThan(config.lookAhead));
      }),
    );
  });
});

const explorable = (row: number, isPool: boolean): Scored => ({
  candidate: { paper: row, findings: isPool ? [{ source: 'exploration', rank: 1, score: 0, z: 0, via: undefined }] : [] },
  score: -row,
  row,
});
const slots = { firstSlot: 2, everySlots: 3 };

describe('fillExplorationSlots', () => {
  it('never invents, repeats or loses, keeps the order of all others, and draws only on the page that is answered', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.nat(40), fc.nat(), (pools, answered, seed) => {
        const ordered = pools.map((isPool, row) => explorable(row, isPool));
        const filled = fillExplorationSlots(ordered, answered, slots, seed);
        expect(filled.map(({ item }) => item.row).toSorted((a, b) => a - b)).toEqual(ordered.map(({ row }) => row));
        const kept = filled.filter(({ drawn }) => !drawn).map(({ item }) => item.row);
        expect(kept).toEqual(kept.toSorted((a, b) => a - b));
        filled.forEach(({ drawn, propensity }, slot) => {
          if (drawn) expect([slot < answered, (slot - 2) % 3, propensity > 0 && propensity <= 1]).toEqual([true, 0, true]);
          else expect(propensity).toBe(1);
        });
      }),
    );
  });

  it('draws each paper of the pool as often as it says', () => {
    const ordered = [false, false, false, true, true, true, true].map((isPool, row) => explorable(row, isPool));
    const drawn = new Map<number, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const slot = fillExplorationSlots(ordered, 3, slots, seed)[2]!;
      expect(slot.propensity).toBe(1 / 4);
      drawn.set(slot.item.row, (drawn.get(slot.item.row) ?? 0) + 1);
    }
    expect([...drawn.keys()].toSorted()).toEqual([3, 4, 5, 6]);
    for (const count of drawn.values()) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(4000 * 0.25 * 0.75));
  });

  it('can be turned off', () => {
    const ordered = [true, true].map((isPool, row) => explorable(row, isPool));
    expect(fillExplorationSlots(ordered, 2, { firstSlot: 0, everySlots: 0 }, 1).every(({ drawn }) => !drawn)).toBe(true);
  });
});
