import fc from 'fast-check';
import { dice, pick } from './seeded.js';
import { drawTaste, interest, topicCounts, type ShownPaper } from './taste.js';
import { visit } from './visit.js';

const paper = (id: string, ...topics: string[]): ShownPaper => ({ id, title: `On ${id}`, topics });
const papers = [paper('a', 'vision'), paper('b', 'vision', 'speech'), paper('c', 'theory')];
const paperArbitrary = fc.record({
  id: fc.uuid(),
  title: fc.string(),
  topics: fc.array(fc.constantFrom('vision', 'speech', 'theory'), { maxLength: 3 }),
});

describe('dice', () => {
  it('rolls the same for the same seed, in [0, 1), around one half', () => {
    const [one, two] = [dice(7), dice(7)];
    const rolls = Array.from({ length: 10_000 }, one);
    expect(Array.from({ length: 10_000 }, two)).toEqual(rolls);
    expect(rolls.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(rolls.reduce((sum, value) => sum + value) / rolls.length).toBeCloseTo(0.5, 1);
  });

  it('picks in proportion to the weights', () => {
    const roll = dice(1);
    const picks = Array.from({ length: 4_000 }, () =>
      pick(
        [
          { value: 'x', weight: 3 },
          { value: 'y', weight: 1 },
        ],
        roll,
      ),
    );
    expect(picks.filter((value) => value === 'x').length / picks.length).toBeCloseTo(0.75, 1);
    expect(pick([], roll)).toBeUndefined();
  });
});

describe('a taste', () => {
  it('is a mixture of topics that are there', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), (seed, size) => {
        const taste = drawTaste(topicCounts(papers), size, dice(seed));
        expect(taste.size).toBe(Math.min(size, 3));
        expect([...taste.values()].reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
      }),
    );
  });

  it.each([
    { why: 'all topics fit', taste: { vision: 0.7, speech: 0.3 }, liked: paper('b', 'vision', 'speech'), value: 1 },
    { why: 'one fits', taste: { vision: 0.7, speech: 0.3 }, liked: paper('a', 'vision'), value: 0.7 },
    {
      why: 'only the title mentions it',
      taste: { vision: 1 },
      liked: { id: 'x', title: 'Vision at night', topics: ['cameras'] },
      value: 0.5,
    },
    {
      why: 'a source without topics is read by its title',
      taste: { cameras: 1 },
      liked: { id: 'x', title: 'Cameras', topics: [] },
      value: 1,
    },
    { why: 'nothing fits', taste: { vision: 1 }, liked: paper('c', 'theory'), value: 0 },
  ])('likes $value when $why', ({ taste, liked, value }) => {
    expect(interest(new Map(Object.entries(taste)), liked)).toBeCloseTo(value, 9);
  });
});

describe('a visit', () => {
  const taste = new Map([['vision', 1]]);

  it('acts only on what was shown, sees it first, and gives state actions their value', () => {
    fc.assert(
      fc.property(fc.array(paperArbitrary, { maxLength: 20 }), fc.nat(), (shown, seed) => {
        const seen = new Set<string>();
        for (const { action, paperId, position, on, value } of visit(taste, shown, dice(seed))) {
          expect(shown[position]?.id).toBe(paperId);
          if (action === 'impression') seen.add(paperId);
          expect(seen.has(paperId)).toBe(true);
          expect(on === undefined).toBe(!['upvote', 'save', 'hide'].includes(action));
          expect(value === undefined).toBe(action !== 'dwell');
        }
      }),
    );
  });

  it('votes for what it likes far more often', () => {
    const roll = dice(3);
    const votes = (topic: string): number =>
      Array.from({ length: 2_000 }, () => visit(taste, [paper('p', topic)], roll))
        .flat()
        .filter(({ action, on }) => action === 'upvote' && on).length;
    expect(votes('vision')).toBeGreaterThan(20 * Math.max(1, votes('theory')));
  });
});
