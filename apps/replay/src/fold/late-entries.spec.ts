import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { decodeRecord } from '#contracts';
import type { StoredRecord } from '#event-log';
import { plainEncoder } from '../fixtures/plain-models.js';
import { day1, MINUTE, StreamRecords } from '../stream/fixtures/stream-records.js';
import { LateEntries, type LateReader } from './late-entries.js';
import { comesBefore, entryOf, type LogEntry } from './log-entry.js';
import { PaperVectors } from './paper-vectors.js';

const entriesOf = async (records: readonly StoredRecord[]): Promise<LogEntry[]> => {
  const decoded = await new PaperVectors(plainEncoder).decode(records);
  return records.map((record, i) => entryOf(record, decodeRecord(record), decoded[i]!.vector));
};

const byTime = (a: LogEntry, b: LogEntry): number => a.time - b.time || (comesBefore(a, b) ? -1 : 1);

const allOf = async (reader: LateReader): Promise<LogEntry[]> => {
  const entries: LogEntry[] = [];
  for (let head = await reader.peek(); head !== null; head = await reader.peek()) {
    entries.push(head);
    reader.take();
  }
  reader.close();
  return entries;
};

const foldersLeft = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('broadsheet-late-'));

describe('LateEntries', () => {
  it('gives back every entry as it was, by when it happened, over several batches', async () => {
    const log = new StreamRecords();
    for (let n = 0; n < 700; n += 1) {
      const times = { at: day1 + ((n * 7919) % 701) * MINUTE, recorded: day1 + 1_000 * MINUTE };
      if (n % 5 === 0) log.paper(`p-${n}`, times);
      else log.interaction(`reader-${n % 11}`, times);
    }
    const odd: StoredRecord[] = [
      { topic: 'papers.v1', partition: 3, offset: 90n, timestamp: -86_400_000, key: 'gone', value: null, headers: {} },
      {
        topic: 'interactions.v1',
        partition: 11,
        offset: 12_345_678_901n,
        timestamp: day1,
        key: 'k\té\n',
        value: Buffer.from([0xff, 0x00, 0x09, 0x0a]),
        headers: { 'ce_\tid': 'ü\n' },
      },
    ];
    const entries = await entriesOf([...log.records, ...odd]);
    const late = new LateEntries();
    for (const entry of entries) late.add(entry);
    const back = await allOf(await late.inOrder(new PaperVectors(plainEncoder)));
    expect(back).toEqual(entries.toSorted(byTime));
  });

  it('leaves nothing in the folder for temporary files, whether it is read, closed early or given up', async () => {
    const before = foldersLeft();
    const log = new StreamRecords();
    log.interaction('ada', { at: day1, recorded: day1 });
    const [entry] = await entriesOf(log.records);
    for (const end of ['read', 'closed', 'given up'] as const) {
      const late = new LateEntries();
      late.add(entry!);
      expect(foldersLeft()).toHaveLength(before.length + 1);
      if (end === 'given up') late.discard();
      else {
        const reader = await late.inOrder(new PaperVectors(plainEncoder));
        if (end === 'read') await allOf(reader);
        else reader.close();
      }
      expect(foldersLeft()).toEqual(before);
    }
  });

  it('is at its end at once when nothing came late', async () => {
    expect(await allOf(await new LateEntries().inOrder(new PaperVectors(plainEncoder)))).toEqual([]);
  });
});
