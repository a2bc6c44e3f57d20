import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { topics } from '#contracts';
import { RangeGoneFailure, type StoredRecord } from '#event-log';
import { UsageError } from '../cli/command.js';
import { ListSource } from './fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from './fixtures/stream-records.js';
import { FileSource } from './sources/file-source.js';
import { lineOf, recordOf } from './sources/record-line.js';
import { StreamFileFailure } from './sources/stream-file.failure.js';
import { exportStream } from './stream-export.js';
import { offsetAt, partitionsOf, type StreamSource } from './stream.js';

const signal = new AbortController().signal;
const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'stream-'));
  folders.push(folder);
  return folder;
};
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** 40 readers who open something every minute, a paper an hour, and records that are no JSON and no UTF-8. */
const invented = (): StreamRecords => {
  const stream = new StreamRecords();
  stream.add(topics.interactions, 'odd', Buffer.from([0xff, 0x00, 0xfe]), { at: day1 });
  stream.add(topics.papers, 'p0', null, { at: day1 });
  for (let minute = 0; minute < 240; minute++) {
    if (minute % 60 === 0) stream.paper(`p${minute}`, { at: day1 + minute * MINUTE });
    stream.interaction(`reader${minute % 40}`, { at: day1 + minute * MINUTE });
  }
  return stream;
};

const written = async (source: StreamSource): Promise<{ folder: string; copy: FileSource; file: string }> => {
  const folder = await newFolder();
  const { earliest: from, end: to } = await source.bounds();
  const index = await exportStream({ source, range: { from, to }, completeSince: null, folder, signal });
  return { folder, copy: await FileSource.open(folder), file: index?.partitions[0]?.file ?? 'none' };
};

const readAll = async (source: StreamSource): Promise<StoredRecord[]> => {
  const { earliest, end } = await source.bounds();
  const all: StoredRecord[] = [];
  for (const { topic, partition, key } of partitionsOf(end))
    for await (const chunk of source.read(topic, partition, offsetAt(earliest, key), offsetAt(end, key))) all.push(...chunk);
  return all;
};

describe('an exported stream', () => {
  it('has the same records, bounds and times as where it came from', async () => {
    const source = new ListSource(invented().records);
    const { copy } = await written(source);
    expect(await readAll(copy)).toEqual(await readAll(source));
    expect(await copy.bounds()).toEqual(await source.bounds());
    for (const minute of [-1, 0, 1, 17, 100, 239, 240])
      expect([minute, await copy.offsetsAt(topics.interactions.name, day1 + minute * MINUTE)]).toEqual([
        minute,
        await source.offsetsAt(topics.interactions.name, day1 + minute * MINUTE),
      ]);
    await copy.close();
  });

  it('can be read from any offset to any other', async () => {
    const source = new ListSource(invented().records);
    const { copy } = await written(source);
    const [place] = partitionsOf((await source.bounds()).end).filter(({ topic }) => topic === topics.interactions.name);
    const slice = async (from: StreamSource, first: bigint, last: bigint): Promise<bigint[]> => {
      const offsets: bigint[] = [];
      for await (const chunk of from.read(place!.topic, place!.partition, first, last)) offsets.push(...chunk.map(({ offset }) => offset));
      return offsets;
    };
    for (let first = 0n; first < 12n; first++)
      for (let last = first; last < 14n; last++) expect(await slice(copy, first, last)).toEqual(await slice(source, first, last));
    await copy.close();
  });

  it('of a part has all papers up to its end, and knows which times it can answer for', async () => {
    const source = new ListSource(invented().records);
    const since = day1 + 120 * MINUTE;
    const folder = await newFolder();
    const range = await source.resolve({ kind: 'recorded', from: since, to: null });
    await exportStream({ source, range, completeSince: since, folder, signal });
    const copy = await FileSource.open(folder);
    const copied = await readAll(copy);
    expect(copied.filter(({ topic }) => topic === topics.papers.name)).toHaveLength(5);
    expect(copied.filter(({ topic }) => topic === topics.interactions.name)).toHaveLength(120);
    expect((await copy.resolve({ kind: 'recorded', from: since, to: null })).from).toEqual(range.from);
    await expect(copy.resolve({ kind: 'recorded', from: since - 1, to: null })).rejects.toThrow(RangeGoneFailure);
    await copy.close();
  });

  it('has the same bytes each time, and plain lines for any gzip tool', async () => {
    const [one, two] = [await written(new ListSource(invented().records)), await written(new ListSource(invented().records))];
    const name = one.file;
    for (const file of ['index.json', name]) expect(await readFile(join(one.folder, file))).toEqual(await readFile(join(two.folder, file)));
    const lines = gunzipSync(await readFile(join(one.folder, name)))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { offset: string }).offset)).toEqual(lines.map((_, place) => String(place)));
  });

  it('is refused when a byte of it was changed, when a file is missing, and when it is none', async () => {
    const { folder, file } = await written(new ListSource(invented().records));
    const path = join(folder, file);
    const bytes = await readFile(path);
    bytes[bytes.length - 9]! ^= 1;
    await writeFile(path, bytes);
    await expect(FileSource.open(folder)).rejects.toThrow(/does not have the bytes/);
    await rm(path);
    await expect(FileSource.open(folder)).rejects.toThrow(StreamFileFailure);
    await expect(FileSource.open(await newFolder())).rejects.toThrow(/is .* what export --stream wrote/);
  });

  it('is never written over something else, and has no index when it was interrupted', async () => {
    const source = new ListSource(invented().records);
    const { folder } = await written(source);
    const { earliest: from, end: to } = await source.bounds();
    const asked = { source, range: { from, to }, completeSince: null };
    await expect(exportStream({ ...asked, folder, signal })).rejects.toThrow(UsageError);
    const stopped = await newFolder();
    expect(await exportStream({ ...asked, folder: stopped, signal: AbortSignal.abort() })).toBeNull();
    await expect(FileSource.open(stopped)).rejects.toThrow(StreamFileFailure);
  });

  it('keeps every byte of every record', () => {
    const headers = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true });
    fc.assert(
      fc.property(
        fc.nat(),
        fc.option(fc.uint8Array()),
        fc.option(fc.string({ unit: 'grapheme' })),
        headers,
        (offset, bytes, key, found) => {
          const record = {
            topic: 't',
            partition: 1,
            offset: BigInt(offset),
            key,
            value: bytes === null ? null : Buffer.from(bytes),
            headers: found,
            timestamp: offset,
          };
          expect(recordOf('t', 1, lineOf(record))).toEqual(record);
        },
      ),
      { examples: [[0, null, null, JSON.parse('{"__proto__":"x"}') as Record<string, string>]] },
    );
  });
});
