import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { personalFeatureNames, seededRandom } from '#ranking';
import { OnnxRowScorer } from '../../session/onnx-row-scorer.js';
import { rowExpectations } from '../../session/row-expectations.js';
import { readShownLists } from './shown-lists.js';
import { LEAST_LISTS } from './shown-training.js';
import { trainShownAndWrite } from './train-shown-and-write.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'shown-'))));
afterEach(() => rm(folder, { recursive: true }));

interface Slot {
  readonly label: number;
  readonly seen?: number;
  readonly features?: Readonly<Record<string, number>>;
}

/** The lines of one page, as `replay export --point-in-time --format ndjson` writes them. */
const page = (n: number, slots: readonly Slot[], surface = 'for-you'): string[] =>
  slots.map(({ label, seen = 1, features }, position) =>
    JSON.stringify({
      request_id: `request-${n}`,
      at: new Date(Date.parse('2026-11-01T00:00:00Z') + n * 60_000).toISOString(),
      surface,
      position,
      seen,
      label,
      ...Object.fromEntries(personalFeatureNames.map((name) => [`f_${name}`, features === undefined ? null : (features[name] ?? 0)])),
    }),
  );

const rowsFile = async (lines: readonly string[], name = 'rows.ndjson'): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
};

const plain = (taste: number): Readonly<Record<string, number>> => ({ taste_similarity: taste });

describe('pages to learn from', () => {
  it('are those of for-you on which something was done and something was not, by time, with what was seen of them', async () => {
    const path = await rowsFile([
      ...page(3, [
        { label: 0, features: plain(0.1) },
        { label: 3, features: plain(0.9) },
        { label: 0, seen: 0, features: plain(0.5) },
      ]),
      ...page(1, [
        { label: 1, features: plain(0.2) },
        { label: 0, seen: 0, features: plain(0.3) },
      ]),
      ...page(4, [{ label: 0, features: plain(0.1) }]),
      ...page(5, [{ label: 3 }, { label: 0 }]),
      ...page(
        6,
        [
          { label: 3, features: plain(0.1) },
          { label: 0, features: plain(0.1) },
        ],
        'trending',
      ),
    ]);
    const { lists, rows, withoutDeed, span } = await readShownLists(path);
    expect(rows).toBe(10);
    expect(withoutDeed).toBe(1);
    // Of page 1 there is no impression: its client sends none, and all of it counts.
    expect(lists.map(({ count, gains }) => [count, [...gains]])).toEqual([
      [2, [1, 0]],
      [2, [0, 3]],
    ]);
    const taste = personalFeatureNames.indexOf('taste_similarity');
    expect(lists[1]!.rows[personalFeatureNames.length + taste]).toBeCloseTo(0.9, 6);
    expect(span).toEqual({ first: '2026-11-01T00:01:00.000Z', last: '2026-11-01T00:03:00.000Z' });
  });

  it('hold candidates that were not shown as not wanted, after what was shown', async () => {
    const slots = page(1, [
      { label: 0, features: plain(0.1) },
      { label: 3, features: plain(0.9) },
      { label: 0, seen: 0, features: plain(0.2) },
    ]);
    const path = await rowsFile([slots[2]!.replace('"position":2', '"position":null'), slots[1]!, slots[0]!]);
    const [list] = (await readShownLists(path)).lists;
    expect([...list!.gains]).toEqual([0, 3, 0]);
    expect(list!.rows[2 * personalFeatureNames.length + personalFeatureNames.indexOf('taste_similarity')]).toBeCloseTo(0.2, 6);
  });

  it.each([
    {
      why: 'a row without its moment',
      line: '{"request_id":"r","surface":"for-you"}',
      problem: /rows\.ndjson, line 1: at missing must be an RFC 3339 date-time/,
    },
    { why: 'a line that is no object', line: '[]', problem: 'line 1: must be a JSON object' },
    {
      why: 'a feature that is text',
      line: page(1, [{ label: 1, features: plain(1) }])[0]!.replace('"f_taste_similarity":1', '"f_taste_similarity":"1"'),
      problem: 'f_taste_similarity "1": must be a number or null',
    },
    {
      why: 'a feature that is not there',
      line: page(1, [{ label: 1, features: plain(1) }])[0]!.replace('"f_taste_similarity":1,', ''),
      problem: 'f_taste_similarity is missing',
    },
  ])('are refused for $why, with file, line, column and rule', async ({ line, problem }) => {
    await expect(rowsFile([line]).then(readShownLists)).rejects.toThrow(problem);
  });

  it('are refused of a file in another form', async () => {
    await expect(rowsFile([], 'rows.csv').then(readShownLists)).rejects.toThrow('must end in .ndjson, .ndjson.gz or .parquet');
  });
});

describe('a model of pages', () => {
  /** Readers who take what is near their taste, whatever else is said of a paper. */
  const site = (pages: number): string[] => {
    const random = seededRandom(11);
    return Array.from({ length: pages }, (_, n) => {
      const tastes = Array.from({ length: 8 }, () => random());
      const best = tastes.indexOf(Math.max(...tastes));
      return page(
        n,
        tastes.map((taste, place) => ({
          label: place === best ? 3 : 0,
          features: { taste_similarity: taste, log_popularity: random() * 3, log_age_hours: 2 + random() },
        })),
      );
    }).flat();
  };

  it('learns what readers take, is written like a shipped one and loaded as serving would', async () => {
    const rows = await rowsFile(site(200));
    const said: string[] = [];
    const options = { rows, out: join(folder, 'models'), seed: 1, models: 'models' };
    const { directory, manifest } = await trainShownAndWrite(options, (line) => void said.push(line));
    expect(manifest.metrics['ndcg10Model']).toBeGreaterThan(0.9);
    expect(manifest.metrics['ndcg10Model']).toBeGreaterThan(manifest.metrics['ndcg10Shown']!);
    expect(manifest.metrics).toMatchObject({ lists: 200, testLists: 40 });
    expect(manifest.trained.data).toMatch(/^rows\.ndjson: 1600 rows of replay export .*2026-11-01T00:00:00\.000Z.* SHA-256 [0-9a-f]{64}$/);
    expect(manifest).toMatchObject({ name: 'personal', licence: 'of the site that trained it' });
    const scorer = await OnnxRowScorer.load(directory, rowExpectations.personal);
    const near = Float32Array.from(personalFeatureNames, (name) => (name === 'taste_similarity' ? 0.95 : 0));
    const far = Float32Array.from(personalFeatureNames, (name) => (name === 'taste_similarity' ? 0.05 : 0));
    const [first, second] = [await scorer.score(near, 1), await scorer.score(far, 1)];
    expect(first[0]).toBeGreaterThan(second[0]!);
    await scorer.close();
    const again = await trainShownAndWrite({ ...options, out: join(folder, 'again') }, () => undefined);
    expect(again.manifest.files).toEqual(manifest.files);
  });

  it('is not made of too few pages', async () => {
    const rows = await rowsFile(site(LEAST_LISTS - 1));
    const options = { rows, out: join(folder, 'models'), seed: 1, models: 'models' };
    await expect(trainShownAndWrite(options, () => undefined)).rejects.toThrow('training needs 100; export a longer range');
  });
});
