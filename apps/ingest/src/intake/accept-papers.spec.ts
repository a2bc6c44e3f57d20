import { paperUpsertedSchema, topics } from '#contracts';
import { createRegistry } from '#telemetry';
import { IngestMetrics } from '../ingest.metrics.js';
import { AcceptPapers } from './accept-papers.js';
import { FakeClock, FakeLog } from './fixtures/fake-log.js';
import { InFlight } from './in-flight.js';
import { LogWriter } from './log-writer.js';

const paper = (id: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  id,
  title: 'A paper',
  publishedAt: '2025-10-27',
  source: 'publisher:acme',
  ...fields,
});

const setup = () => {
  const log = new FakeLog();
  const clock = new FakeClock();
  const accept = new AcceptPapers(
    new LogWriter(log, new InFlight(10)),
    clock,
    new IngestMetrics(createRegistry('test', { processMetrics: false })),
  );
  return { log, accept, send: (...papers: unknown[]) => accept.accept({ papers, budgetMs: 1_000 }).then(({ results }) => results) };
};

describe('AcceptPapers', () => {
  it('writes the whole paper under its id', async () => {
    const { log, send } = setup();
    expect(await send(paper('acme/1'), paper('acme/2'))).toMatchObject([
      { status: 'accepted', id: 'acme/1', topic: topics.papers.name, offset: '0' },
      { status: 'accepted', id: 'acme/2', offset: '1' },
    ]);
    const [stored] = log.values(topics.papers.name);
    expect(paperUpsertedSchema.parse(stored)).toEqual(stored);
    expect(stored).toMatchObject({ data: { id: 'acme/1', topics: [], upvotes: 0 } });
    expect(log.records[0]?.record.key).toBe('acme/1');
  });

  it.each([
    { why: 'without a title', bad: paper('acme/1', { title: undefined }), code: 'INTAKE_INVALID', field: 'title' },
    {
      why: 'with a script for a link',
      bad: paper('acme/1', { projectPage: 'javascript:alert(1)' }),
      code: 'INTAKE_INVALID',
      field: 'projectPage',
    },
    { why: 'with a character that no store keeps', bad: paper('acme/1', { abstract: 'a\0b' }), code: 'INTAKE_INVALID', field: 'abstract' },
    {
      why: 'that is over 64 KiB',
      bad: paper('acme/1', { authors: Array(1_000).fill('n'.repeat(100)) }),
      code: 'INTAKE_TOO_LARGE',
      field: '',
    },
  ])('refuses a paper $why', async ({ bad, code, field }) => {
    const { send } = setup();
    const results = await send(bad, paper('acme/2'));
    expect(results).toMatchObject([{ status: 'refused', id: 'acme/1', code, field, retryable: false }, { status: 'accepted' }]);
  });

  it('takes text that only looks like an escape', async () => {
    const { send, log } = setup();
    await send(paper('acme/1', { title: 'On the string \\u0000 in JSON' }));
    expect(log.values(topics.papers.name)).toMatchObject([{ data: { title: 'On the string \\u0000 in JSON' } }]);
  });

  it('withdraws with a tombstone', async () => {
    const { accept, log } = setup();
    expect((await accept.withdraw({ paperId: 'acme/1', budgetMs: 100 })).results).toMatchObject([{ status: 'accepted', id: 'acme/1' }]);
    expect(log.records[0]?.record).toEqual({ key: 'acme/1', value: null });
    await expect(accept.withdraw({ paperId: '"><script>', budgetMs: 100 })).rejects.toMatchObject({ code: 'INTAKE_MESSAGE' });
  });
});
