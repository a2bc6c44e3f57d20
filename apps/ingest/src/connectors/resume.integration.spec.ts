import { jest } from '@jest/globals';
import { topics } from '#contracts';
import { Checkpoints } from '#persistence';
import { PostgresCheckpointStore } from '../adapters/checkpoint-stores.js';
import { LogPaperSink } from '../adapters/log-paper-sink.js';
import { SystemClock } from '../clock.js';
import { brokers, IngestWorld } from '../fixtures/running-ingest.js';
import { prepareTopics } from '../wiring/stores.js';
import { ArxivConnector } from './arxiv/arxiv.connector.js';
import type { Connector } from './connector.js';
import { arxivRecord, deletedRecord, hubRow, oaiPage, resumptionToken } from './fixtures/invented.js';
import { body, json, sourceServer, status } from './fixtures/source-server.js';
import { HubConnector } from './hub/hub.connector.js';
import { SourceHttp } from './http/source-http.js';
import { runConnector } from './run-connector.js';

jest.setTimeout(30_000);

const http = () => new SourceHttp({ userAgent: 'test', attempts: 2, backoffMs: 5 });

/** Runs a connector into a real log with checkpoints in a real database; answers the ids in the log afterwards. */
const setup = async (world: IngestWorld) => {
  const log = world.newLog();
  await prepareTopics(log);
  const checkpoints = new PostgresCheckpointStore(new Checkpoints(world.database.dataSource));
  const run = (connector: Connector) =>
    runConnector({
      connector,
      sink: new LogPaperSink(log, new SystemClock()),
      checkpoints,
      signal: new AbortController().signal,
      observer: { progress: () => undefined, refused: () => undefined },
    });
  const ids = async () => (await log.all(topics.papers.name)).map(({ key, value }) => (value === null ? `-${key}` : key)).toSorted();
  return { run, ids, log };
};

describe('a connector that broke off', () => {
  it.each(brokers)('goes on with the day that it had not finished (hub, %s log)', async (broker) => {
    await using world = await IngestWorld.create(broker);
    const { run, ids, log } = await setup(world);
    let mended = false;
    await using server = await sourceServer((path) => {
      const date = path.searchParams.get('date') ?? '';
      if (date === '2025-10-29' && !mended) return status(500);
      return json([hubRow(Number(date.slice(-2)))]);
    });
    const connector = () => new HubConnector(server.url, { since: '2025-10-27', until: '2025-10-30' }, http());

    expect(await run(connector())).toMatchObject({ papers: 2, failure: { code: 'SOURCE_UNREADABLE' } });
    mended = true;
    const before = server.requests.length;
    expect(await run(connector())).toMatchObject({ papers: 3, failure: null });
    // The last whole day is read again on purpose: its votes may have changed.
    expect(server.requests.slice(before).map(({ path }) => /date=([\d-]+)/.exec(path)?.[1])).toEqual([
      '2025-10-28',
      '2025-10-29',
      '2025-10-30',
    ]);
    expect(new Set(await ids())).toEqual(new Set(['2510.00027', '2510.00028', '2510.00029', '2510.00030']));
    await log.close();
  });

  it('goes on in the middle of a list, by its token (arXiv)', async () => {
    await using world = await IngestWorld.create('embedded');
    const { run, ids, log } = await setup(world);
    let mended = false;
    await using server = await sourceServer((path) => {
      if (!path.searchParams.has('resumptionToken')) return body(oaiPage([arxivRecord('2510.00001')], resumptionToken('second', 0, 2)));
      return mended ? body(oaiPage([arxivRecord('2510.00002'), deletedRecord('2510.00001')])) : status(503);
    });
    const connector = () => new ArxivConnector(new URL('/oai', server.url), { since: '2025-10-01' }, http());

    expect(await run(connector())).toMatchObject({ papers: 1, failure: { code: 'SOURCE_UNREADABLE' } });
    mended = true;
    const before = server.requests.length;
    expect(await run(connector())).toMatchObject({ papers: 1, withdrawn: 1, failure: null });
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual(['/oai?verb=ListRecords&resumptionToken=second']);
    expect(await ids()).toEqual(['-2510.00001', '2510.00001', '2510.00002']);
    await log.close();
  });
});
