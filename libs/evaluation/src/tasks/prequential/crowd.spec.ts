import { CoChoices, crowdBaselines } from './crowd.js';

describe('CoChoices', () => {
  it('is the shrunken cosine of who chose both', () => {
    const together = new CoChoices(3);
    // Readers: (0, 1), (0, 1), (0, 2).
    for (const [first, second] of [
      [0, 1],
      [0, 1],
      [0, 2],
    ] as const) {
      together.add([], first);
      together.add([first], second);
    }
    const scores = new Float64Array(3);
    together.addCosines(0, scores);
    expect(Array.from(scores)).toEqual([0, 2 / (Math.sqrt(3 * 2) + 3), 1 / (Math.sqrt(3 * 1) + 3)]);
  });
});

describe('crowdBaselines', () => {
  const HOUR = 3_600_000;
  const scoresOf = (name: string, hasVotes = false): number[] => {
    const baselines = crowdBaselines(3, hasVotes);
    for (const baseline of baselines) {
      baseline.take([], 0, 0);
      baseline.take([0], 1, 24 * HOUR);
      baseline.vote(2, 24 * HOUR);
    }
    const scores = new Float64Array(3);
    baselines.find((baseline) => baseline.name === name)!.score([0], 48 * HOUR, [1, 2, 3], scores);
    return Array.from(scores);
  };

  it.each([
    { name: 'popular', hasVotes: false, scores: [1, 1, 1] },
    { name: 'popular, choices only', hasVotes: true, scores: [1, 1, 0] },
    { name: 'decayed popular, half-life 24 h', hasVotes: false, scores: [0.25, 0.5, 0.5] },
    { name: 'newest', hasVotes: false, scores: [1, 2, 3] },
    { name: 'item-kNN, last 3', hasVotes: false, scores: [0, 1 / 4, 0] },
  ])('$name', ({ name, hasVotes, scores }) => {
    expect(scoresOf(name, hasVotes)).toEqual(scores);
  });
});
