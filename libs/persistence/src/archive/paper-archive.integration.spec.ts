import { migratedDatabase } from '../../../../test/support/migrated-database.js';
import { paperEvent } from './fixtures/events.js';
import { PaperArchive, type PaperChange } from './paper-archive.js';

const TAKEN = Date.parse('2025-10-28T09:30:00Z');
const upserted = (offset: bigint, id: string, fields = {}): PaperChange => ({
  kind: 'upserted',
  id,
  partition: 0,
  offset,
  timestamp: TAKEN,
  event: paperEvent(id, fields),
});
const withdrawn = (offset: bigint, id: string): PaperChange => ({ kind: 'withdrawn', id, partition: 0, offset, timestamp: TAKEN });

describe('PaperArchive', () => {
  it.each([
    {
      why: 'keeps the newest of one batch',
      batches: [[upserted(1n, 'p', { title: 'old' }), upserted(2n, 'p', { title: 'new' })]],
      title: 'new',
      gone: false,
    },
    {
      why: 'keeps the newest by offset when an old one comes again',
      batches: [[upserted(5n, 'p', { title: 'new' })], [upserted(4n, 'p', { title: 'old' })]],
      title: 'new',
      gone: false,
    },
    {
      why: 'marks a withdrawal and keeps the last document',
      batches: [[upserted(1n, 'p', { title: 'was here' })], [withdrawn(2n, 'p')]],
      title: 'was here',
      gone: true,
    },
    {
      why: 'keeps the last document when both come in one batch',
      batches: [[upserted(1n, 'p', { title: 'was here' }), withdrawn(2n, 'p')]],
      title: 'was here',
      gone: true,
    },
    {
      why: 'takes a paper back after its withdrawal',
      batches: [[withdrawn(2n, 'p')], [upserted(3n, 'p', { title: 'again' })]],
      title: 'again',
      gone: false,
    },
    {
      why: 'remembers a withdrawal of a paper it never saw',
      batches: [[withdrawn(2n, 'p')], [upserted(1n, 'p')]],
      title: undefined,
      gone: true,
    },
  ])('$why', async ({ batches, title, gone }) => {
    await using db = await migratedDatabase();
    const archive = new PaperArchive(db.dataSource);
    for (const batch of batches) await db.dataSource.transaction((transaction) => archive.apply(transaction, batch));
    const stored = await archive.find('p');
    expect(stored?.paper?.title).toBe(title);
    expect(stored?.withdrawnAt !== null).toBe(gone);
    expect(await archive.count()).toBe(gone ? 0 : 1);
  });

  it('takes the word of a log that replaced the old one, whose offsets begin again', async () => {
    await using db = await migratedDatabase();
    const archive = new PaperArchive(db.dataSource);
    const apply = (change: PaperChange) => db.dataSource.transaction((transaction) => archive.apply(transaction, [change]));
    await apply(upserted(500n, 'p', { title: 'of the old log' }));
    expect(await apply(upserted(0n, 'p', { title: 'of the new log' }))).toBe(0);
    await db.dataSource.transaction((transaction) => archive.forgetOffsets(transaction, 0));
    expect(await apply(upserted(0n, 'p', { title: 'of the new log' }))).toBe(1);
    expect((await archive.find('p'))?.paper?.title).toBe('of the new log');
  });

  it('fills the searchable columns from the document and pages through current papers by id', async () => {
    await using db = await migratedDatabase();
    const archive = new PaperArchive(db.dataSource);
    const papers = ['c', 'a', 'b'].map((id, i) =>
      upserted(BigInt(i), id, {
        topics: ['x', 'y'],
        listedOn: '2025-10-28',
        publishedAt: '2025-10-27T17:59:59Z',
        organization: { name: 'acme' },
      }),
    );
    await db.dataSource.transaction((transaction) => archive.apply(transaction, papers));
    const ids: string[] = [];
    for await (const paper of archive.current(2)) ids.push(paper.id);
    expect(ids).toEqual(['a', 'b', 'c']);
    const [row] = await db.dataSource.query<unknown[]>(
      `SELECT topics, listed_on::text AS listed, published_at AS published, organization FROM papers WHERE id = 'a'`,
    );
    expect(row).toEqual({ topics: ['x', 'y'], listed: '2025-10-28', published: new Date('2025-10-27T17:59:59Z'), organization: 'acme' });
  });

  it('tells the newest change of each paper of a partition, as compaction would have left them', async () => {
    await using db = await migratedDatabase();
    const archive = new PaperArchive(db.dataSource);
    const changes = [upserted(0n, 'p'), upserted(1n, 'q'), upserted(2n, 'p', { title: 'new' }), withdrawn(3n, 'r')];
    await db.dataSource.transaction((transaction) => archive.apply(transaction, changes));
    const told: PaperChange[] = [];
    for await (const change of archive.between(0, 0n, 9n, 2)) told.push(change);
    expect(told.map(({ id, offset, kind }) => [id, offset, kind])).toEqual([
      ['q', 1n, 'upserted'],
      ['p', 2n, 'upserted'],
      ['r', 3n, 'withdrawn'],
    ]);
    const [, p] = told;
    expect(p?.kind === 'upserted' && p.event).toMatchObject({ id: 'paper-event-p', data: { id: 'p', title: 'new' } });
    expect([...(await archive.offsetsAt(TAKEN))]).toEqual([[0, 1n]]);
    expect([...(await archive.offsetsAt(TAKEN + 1))]).toEqual([]);
  });
});
