import { knownTerms } from '../session/encoder-terms.js';
import { encoderSettings, fitEncoder } from './encoder-training.js';
import type { FittedEncoder } from './encoder-training.js';
import { RunMeter } from './run-meter.js';

const meter = new RunMeter('test', () => undefined);
const settings = { ...encoderSettings, dimensions: 8, epochs: 80, learningRate: 0.02, batch: 4 };

/**
 * Each group writes about a thing under two names that never stand in one paper; what else their papers say is the same for all.
 * Nothing but the authors tells that the two names mean one thing.
 */
const names = [
  ['kayak', 'canoe'],
  ['violin', 'fiddle'],
  ['pigeon', 'dove'],
  ['cellar', 'basement'],
] as const;
const papersBy = (authorsOf: (group: number) => string[]) =>
  names.flatMap((pair, group) =>
    Array.from({ length: 12 }, (_, at) => ({
      title: `Measuring the ${pair[at % 2]!} ${at % 3}`,
      abstract: `We report number ${at % 4} and number ${at % 3} of a ${pair[at % 2]!}.`,
      authors: authorsOf(group),
    })),
  );

const cosine = ({ terms, words }: FittedEncoder, a: string, b: string): number => {
  const vocabulary = new Map(terms.map((term, id) => [term, id]));
  const [x, y] = [a, b].map((title) => {
    const { ids } = knownTerms({ title, abstract: '' }, vocabulary);
    expect(ids).toHaveLength(1);
    return words.values.subarray(ids[0]! * words.dimensions, (ids[0]! + 1) * words.dimensions);
  }) as [Int8Array, Int8Array];
  const dot = (p: Int8Array, q: Int8Array): number => p.reduce((sum, cell, d) => sum + cell * q[d]!, 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
};

describe('fitEncoder', () => {
  it('learns from authors that two words mean one thing', async () => {
    const encoder = await fitEncoder(
      papersBy((group) => [`Author ${group}`]),
      settings,
      1,
      meter,
    );
    for (const [group, [one, other]] of names.entries()) {
      const [stranger] = names[(group + 1) % names.length]!;
      expect(cosine(encoder, one, other)).toBeGreaterThan(cosine(encoder, one, stranger) + 0.3);
    }
  });

  it('gives the same bytes for the same seed', async () => {
    const papers = papersBy((group) => [`Author ${group}`]);
    const [first, second] = [await fitEncoder(papers, settings, 3, meter), await fitEncoder(papers, settings, 3, meter)];
    expect(Buffer.compare(first.graph, second.graph)).toBe(0);
  });

  it('falls back on the words alone where nobody wrote enough', async () => {
    const { words, rows } = await fitEncoder(
      papersBy(() => []),
      settings,
      1,
      meter,
    );
    expect(rows).toBe(names.length * 12);
    expect(words.values.some((cell) => cell !== 0)).toBe(true);
  });
});
