import { topics } from '#contracts';
import type { StoredRecord } from '#event-log';
import { ListSource } from './fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from './fixtures/stream-records.js';
import { PartitionReader } from './partition-reader.js';

const stream = new StreamRecords();
for (let minute = 0; minute < 10; minute++) stream.interaction('ada', { at: day1 + minute * MINUTE });
const partition = stream.records[0]!.partition;
const readerOf = (from: bigint, to: bigint, source: Pick<ListSource, 'read'> = new ListSource(stream.records)): PartitionReader =>
  new PartitionReader(source, topics.interactions.name, partition, from, to);

describe('a partition reader', () => {
  it('gives every record of the range once and then ends', async () => {
    const reader = readerOf(2n, 9n);
    const offsets: bigint[] = [];
    for (let record = await reader.next(); record !== null; record = await reader.next()) offsets.push(record.offset);
    expect(offsets).toEqual([2n, 3n, 4n, 5n, 6n, 7n, 8n]);
    expect([await reader.next(), await reader.peek(), reader.head]).toEqual([null, null, null]);
  });

  it('shows the next record as often as asked, at once where it is there', async () => {
    const reader = readerOf(0n, 10n);
    expect(reader.head).toBeUndefined();
    expect([(await reader.peek())?.offset, (await reader.peek())?.offset, reader.head?.offset]).toEqual([0n, 0n, 0n]);
    await reader.next();
    expect(reader.head?.offset).toBe(1n);
    await reader.close();
    expect(await reader.next()).toBeNull();
  });

  it('reads one chunk ahead and no more, and lets go of the source when closed', async () => {
    let [chunks, open] = [0, true];
    const source = {
      async *read(): AsyncGenerator<readonly StoredRecord[]> {
        try {
          for (const record of stream.records) {
            chunks++;
            yield await Promise.resolve([record]);
          }
        } finally {
          open = false;
        }
      },
    };
    const reader = readerOf(0n, 10n, source);
    await reader.next();
    await reader.peek();
    await new Promise(setImmediate);
    expect(chunks).toBe(3);
    await reader.close();
    expect([chunks, open]).toEqual([3, false]);
  });

  it('tells of a failure when the records before it were taken', async () => {
    const source = {
      async *read(): AsyncGenerator<readonly StoredRecord[]> {
        yield await Promise.resolve(stream.records.slice(0, 2));
        throw new Error('the broker is away');
      },
    };
    const reader = readerOf(0n, 10n, source);
    expect((await reader.next())?.offset).toBe(0n);
    await new Promise(setImmediate);
    expect((await reader.next())?.offset).toBe(1n);
    await expect(reader.next()).rejects.toThrow('the broker is away');
  });
});
