import { migratedDatabase } from '../../../../test/support/migrated-database.js';
import { createDataSource } from '../data-source.js';
import { ArchiveFencedFailure, ArchiveMovedFailure, ArchivePositions } from './archive-positions.js';

const partitions = [{ topic: 't', partition: 0 }];

describe('ArchivePositions', () => {
  it('moves with the rows or not at all', async () => {
    await using db = await migratedDatabase();
    const positions = new ArchivePositions(db.dataSource);
    const [claim] = await positions.claim(partitions, 'a');
    expect(claim).toEqual({ topic: 't', partition: 0, next: 0n, generation: 1n });

    const undone = db.dataSource.transaction(async (transaction) => {
      await positions.advance(transaction, claim!, 10n);
      throw new Error('the rows failed');
    });
    await expect(undone).rejects.toThrow('the rows failed');
    expect((await positions.list())[0]?.next).toBe(0n);

    const moved = await db.dataSource.transaction((transaction) => positions.advance(transaction, claim!, 10n));
    expect(moved).toEqual({ ...claim, next: 10n });
    expect(await positions.list()).toEqual([moved]);
  });

  it('refuses an owner whose claim was taken over, and tells a lost answer from a lost claim', async () => {
    await using db = await migratedDatabase();
    const positions = new ArchivePositions(db.dataSource);
    const [old] = await positions.claim(partitions, 'paused');
    await db.dataSource.transaction((transaction) => positions.advance(transaction, old!, 5n));
    const stale = () => db.dataSource.transaction((transaction) => positions.advance(transaction, old!, 6n));
    await expect(stale()).rejects.toThrow(ArchiveMovedFailure);
    await expect(stale()).rejects.toMatchObject({ next: 5n });

    const [taken] = await positions.claim(partitions, 'awake');
    expect(taken).toEqual({ topic: 't', partition: 0, next: 5n, generation: 2n });
    await expect(stale()).rejects.toThrow(ArchiveFencedFailure);
    await expect(db.dataSource.transaction((transaction) => positions.advance(transaction, { ...old!, next: 5n }, 6n))).rejects.toThrow(
      ArchiveFencedFailure,
    );
    expect((await positions.list())[0]?.next).toBe(5n);
  });

  it('takes over from an owner that went to sleep inside its transaction, and nothing of that transaction stays', async () => {
    await using db = await migratedDatabase();
    const asleep = createDataSource({ url: db.url, applicationName: 'asleep', idleTransactionMs: 300 });
    await asleep.initialize();
    try {
      const [claim] = await new ArchivePositions(asleep).claim(partitions, 'asleep');
      const runner = asleep.createQueryRunner();
      await runner.startTransaction();
      await new ArchivePositions(asleep).advance(runner.manager, claim!, 10n);

      const began = performance.now();
      const [taken] = await new ArchivePositions(db.dataSource).claim(partitions, 'awake');
      expect(performance.now() - began).toBeGreaterThan(200);
      expect(taken).toEqual({ topic: 't', partition: 0, next: 0n, generation: 2n });
      await expect(runner.commitTransaction()).rejects.toThrow();
      expect((await new ArchivePositions(db.dataSource).list())[0]?.next).toBe(0n);
    } finally {
      await asleep.destroy();
    }
  }, 15_000);

  it('lets only one of two transactions under one claim move it', async () => {
    await using db = await migratedDatabase();
    const positions = new ArchivePositions(db.dataSource);
    const [claim] = await positions.claim(partitions, 'a');
    const both = await Promise.allSettled(
      [1, 2].map(() => db.dataSource.transaction((transaction) => positions.advance(transaction, claim!, 7n))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
