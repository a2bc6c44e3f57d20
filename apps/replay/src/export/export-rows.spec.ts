import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { newestModel } from '#model';
import { topics } from '#contracts';
import { ListSource } from '../stream/fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from '../stream/fixtures/stream-records.js';
import { exportManifestPath, exportManifestSchema, exportManifestText } from './export-manifest.js';
import { exportRows, type RowsAsked } from './export-rows.js';
import { usedText } from '../run/opened-models.js';

let folder: string;
let newest: { encoder: string; personal: string; trending: string };
beforeAll(async () => {
  const versionOf = async (name: string) => basename((await newestModel('models', name))!);
  newest = { encoder: await versionOf('encoder'), personal: await versionOf('personal'), trending: await versionOf('trending') };
});
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'export-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Two answers by the models that are here, one by a personal model that is not, and one that can not be asked again. */
const stream = (): StreamRecords => {
  const log = new StreamRecords();
  const here = { encoder: `encoder@${newest.encoder}`, personal: newest.personal, trending: newest.trending };
  for (const id of ['p1', 'p2', 'p3']) log.paper(id, { at: day1 });
  const fields = { surface: 'trending', positions: { 'papers.v1/0': '9' } } as const;
  log.served('ada', 'request-1', { at: day1 + MINUTE }, ['p1', 'p2'], { ...fields, models: here });
  log.served('bob', 'request-2', { at: day1 + 2 * MINUTE }, ['p1', 'p2'], { ...fields, models: here });
  log.served('bob', 'request-3', { at: day1 + 3 * MINUTE }, ['p2'], { ...fields, models: { ...here, personal: '20250101-0123456' } });
  log.served('bob', 'request-4', { at: day1 + 4 * MINUTE }, ['p2'], { ...fields, models: here, query: {} });
  log.interaction('ada', { at: day1 + 5 * MINUTE }, { action: 'save', on: true, requestId: 'request-1' });
  return log;
};

const exported = (name: string, fields: Partial<RowsAsked> = {}, signal = new AbortController().signal) =>
  exportRows(
    new ListSource(stream().records),
    {
      options: { source: { kind: 'log' }, range: { kind: 'all' }, where: null, sample: null, seed: 1 },
      keep: () => true,
      out: join(folder, name),
      format: 'ndjson',
      outcomeHours: 24,
      unshown: 0,
      model: 'served',
      modelsDir: 'models',
      live: () => Promise.resolve({}),
      ...fields,
    },
    signal,
    () => undefined,
  );

describe('an export of rows', () => {
  it('has a manifest beside it, of the same bytes when it is made again', async () => {
    const written = await exported('rows.ndjson');
    const text = await readFile(exportManifestPath(join(folder, 'rows.ndjson')), 'utf8');
    expect(text).toBe(exportManifestText(written!.manifest));
    const manifest = exportManifestSchema.parse(JSON.parse(text));
    expect(manifest.counts).toMatchObject({
      rows: 5,
      requests: 3,
      notRanked: 1,
      [topics.feedServed.name]: 4,
      [topics.interactions.name]: 1,
    });
    expect(manifest.notRanked).toMatchObject([{ requestId: 'request-4', cause: 'not-askable', says: 'query.limit is required' }]);
    await rm(join(folder, 'rows.ndjson'));
    await exported('rows.ndjson');
    expect(await readFile(exportManifestPath(join(folder, 'rows.ndjson')), 'utf8')).toBe(text);
  });

  it('says which answers were served by other models than those it computed with', async () => {
    const { used } = (await exported('rows.ndjson'))!;
    expect(used.map(({ requests, others }) => [requests, others])).toEqual([
      [2, []],
      [1, ['personal']],
    ]);
    expect(usedText(used[0]!)).toBe(
      `models: encoder@${newest.encoder}, personal@${newest.personal}, trending@${newest.trending}; those that served (2 requests)`,
    );
    expect(usedText(used[1]!)).toMatch(/; not those that served: personal@20250101-0123456$/);
  });

  it('computes with what --model names, and says so', async () => {
    const model = `trending@${newest.trending}`;
    const { manifest } = (await exported('rows.ndjson', { model }))!;
    expect(manifest.options.model).toBe(model);
    await expect(exported('other.ndjson', { model: 'trending@2025' })).rejects.toThrow('2025 is no version');
  });

  it('leaves nothing when it is interrupted or fails', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await exported('rows.ndjson', {}, stop.signal)).toBeNull();
    await expect(exported('other.ndjson', { model: 'best' })).rejects.toThrow('--model best: must be newest, live, or NAME=VERSION');
    expect(await readdir(folder)).toEqual([]);
  });
});
