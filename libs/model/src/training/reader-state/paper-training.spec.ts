import { paperSchema } from '#contracts';
import { seededRandom } from '#ranking';
import type { HfPapers } from '../hf-papers.js';
import { gaussian } from '../random.js';
import { RunMeter } from '../run-meter.js';
import { paperStateSettings, trainPaperStates } from './paper-training.js';
import type { PaperVectors } from './paper-vectors.js';

const DAYS = 40;
const FIELDS = 6;
const WIDTH = 16;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2025, 0, 1);
const silent = new RunMeter('test', () => undefined);

/** Six papers a day, one of each field; six readers who each put the one of their own field on the page. */
const invented = (): { data: HfPapers; vectors: PaperVectors } => {
  const random = seededRandom(9);
  const papers = Array.from({ length: DAYS * FIELDS }, (_, place) => {
    const listedAt = FIRST_DAY + Math.floor(place / FIELDS) * DAY_MS;
    const publishedAt = new Date(listedAt).toISOString().slice(0, 10);
    const paper = paperSchema.parse({
      id: `2501.${String(10_000 + place)}`,
      title: `Paper ${place}`,
      abstract: '',
      authors: [],
      topics: [],
      publishedAt,
      source: 'test',
    });
    return { paper, listedAt, matureUpvotes: 0, matureAt: listedAt };
  });
  const values = new Float32Array(papers.length * WIDTH);
  for (let place = 0; place < papers.length; place += 1) {
    const vector = Float64Array.from({ length: WIDTH }, (_, d) => (d === place % FIELDS ? 1 : 0) + 0.15 * gaussian(random));
    const norm = Math.hypot(...vector);
    values.set(
      vector.map((cell) => cell / norm),
      place * WIDTH,
    );
  }
  const submissions = papers.map(({ paper, listedAt }, place) => ({ user: `u${place % FIELDS}`, paperId: paper.id, day: listedAt }));
  return { data: { papers, readings: [], submissions }, vectors: { width: WIDTH, values } };
};

describe('trainPaperStates', () => {
  it('finds the papers of each reader among those of the day, and tells how well beside decayed sums', async () => {
    const { data, vectors } = invented();
    const asked: number[] = [];
    const past = (before: number): Promise<PaperVectors> => {
      asked.push(before);
      return Promise.resolve(vectors);
    };
    const trained = await trainPaperStates(data, vectors, past, { ...paperStateSettings, hidden: 8, epochs: 1 }, 1, silent);
    expect(trained.shape).toMatchObject({ width: WIDTH, heads: 4, layers: 1 });
    expect(trained.metrics['mrrReaderState']).toBeGreaterThan(0.95);
    expect(trained.metrics['mrrDecayedSum365d']).toBeGreaterThan(0.95);
    expect(Object.values(trained.parameters).every((values) => values.every(Number.isFinite))).toBe(true);
    // The encoder that judges knows no paper of the days that say when to stop, nor of those that judge.
    expect(asked).toHaveLength(1);
    expect(asked[0]).toBeLessThan(FIRST_DAY + 0.6 * DAYS * DAY_MS);
  });

  it('gives the same weights for the same seed', async () => {
    const { data, vectors } = invented();
    const train = () =>
      trainPaperStates(data, vectors, () => Promise.resolve(vectors), { ...paperStateSettings, hidden: 8, epochs: 1 }, 5, silent);
    const [first, again] = [await train(), await train()];
    expect(again.parameters).toEqual(first.parameters);
  });
});
