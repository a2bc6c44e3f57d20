import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ITEMS_FILE, SAVES_FILE, readItems, readSaves } from './library.js';

const lines = {
  items: ['{"id": 7, "title": "On nets", "cites": [8, 99, 7], "tags": ["nets"]}', '{"id": "8", "title": "On trees", "abstract": "They grow.", "cold": true}'],
  saves: ['user,item', 'ada,8', 'ada,7', 'bo,7', 'ada,7'],
};

describe('library data', () => {
  let folder: string;
  const put = (file: string, text: readonly string[]): Promise<void> => writeFile(join(folder, file), gzipSync(`${text.join('\n')}\n`));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'library-'));
    await put(ITEMS_FILE, lines.items);
    await put(SAVES_FILE, lines.saves);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('reads items and saves by number, and links only to items that are there', async () => {
    const items = await readItems(folder);
    expect(items.map(({ id, cites, cold, abstract }) => ({ id, cites, cold, abstract }))).toEqual([
      { id: '7', cites: [1], cold: false, abstract: '' },
      { id: '8', cites: [], cold: true, abstract: 'They grow.' },
    ]);
    expect(items[0]).not.toHaveProperty('tags');
    expect(await readSaves(join(folder, SAVES_FILE), items)).toEqual({ readers: ['ada', 'bo'], items: [Int32Array.of(0, 1), Int32Array.of(0)] });
  });

  it.each([
    { why: 'an item without a title', file: ITEMS_FILE, text: ['{"id": 1}'], told: /items\.jsonl\.gz line 1: title is required/ },
    { why: 'an item that is no JSON', file: ITEMS_FILE, text: [lines.items[0]!, '{'], told: /items\.jsonl\.gz line 2: .*must be JSON/ },
    { why: 'an id that stands twice', file: ITEMS_FILE, text: [lines.items[0]!, lines.items[0]!], told: /an id stands twice/ },
    { why: 'a save of an unknown item', file: SAVES_FILE, text: ['user,item', 'ada,5'], told: /user ada saved item 5, which items\.jsonl\.gz does not have/ },
    { why: 'a save without a user', file: SAVES_FILE, text: ['user,item', ',7'], told: /interactions\.csv\.gz line 2: user must not be empty/ },
  ])('tells file, line and rule: $why', async ({ file, text, told }) => {
    await put(file, text);
    await expect((async () => readSaves(join(folder, SAVES_FILE), await readItems(folder)))()).rejects.toThrow(told);
  });
});
