import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type EpochMs, parseJsonWith, positionKey, type Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import { offsetAt, partitionsOf, StreamSource, type StreamBounds } from '../stream.js';
import { recordOf } from './record-line.js';
import { INDEX_FILE, type StreamBlock, type StreamedPartition, type StreamIndex, streamIndexSchema } from './stream-index.js';
import { StreamFileFailure } from './stream-file.failure.js';

const unzip = promisify(gunzip);

/** What `export --stream` wrote. It can be read from any offset without reading what is before. */
export class FileSource extends StreamSource {
  override readonly kind = 'file';
  readonly #partitions: ReadonlyMap<string, StreamedPartition>;
  readonly #handles = new Map<string, Promise<FileHandle>>();

  private constructor(
    private readonly folder: string,
    private readonly index: StreamIndex,
  ) {
    super();
    this.#partitions = new Map(index.partitions.map((each) => [positionKey(each.topic, each.partition), each]));
  }

  /**
   * Opens a folder whose files all have the bytes that were written.
   * @throws {StreamFileFailure} there is no index, or it is none of ours, or a file is missing or has other bytes.
   */
  static async open(folder: string): Promise<FileSource> {
    const index = await readIndex(folder);
    for (const partition of index.partitions) await checkBytes(folder, partition);
    return new FileSource(folder, index);
  }

  override bounds(): Promise<StreamBounds> {
    return Promise.resolve({ earliest: this.index.from, end: this.index.to });
  }

  /** The moment after its newest record. */
  override now(): EpochMs {
    return this.index.newest === null ? 0 : Date.parse(this.index.newest) + 1;
  }

  override completeSince(): EpochMs | null {
    return this.index.completeSince === null ? null : Date.parse(this.index.completeSince);
  }

  override async offsetsAt(topic: string, time: EpochMs): Promise<Positions> {
    const found: Record<string, string> = {};
    for (const place of partitionsOf(this.index.to).filter((each) => each.topic === topic))
      found[place.key] = ((await this.firstAt(place.key, time)) ?? offsetAt(this.index.to, place.key)).toString();
    return found;
  }

  override async *read(topic: string, partition: number, from: bigint, to: bigint): AsyncGenerator<readonly StoredRecord[]> {
    const streamed = this.#partitions.get(positionKey(topic, partition));
    for (const [place, block] of (streamed?.blocks ?? []).entries()) {
      const next = streamed?.blocks[place + 1];
      if (streamed === undefined || BigInt(block.offset) >= to) return;
      if (next !== undefined && BigInt(next.offset) <= from) continue;
      const records = (await this.recordsOf(streamed, block)).filter(({ offset }) => offset >= from && offset < to);
      if (records.length > 0) yield records;
    }
  }

  override async close(): Promise<void> {
    const handles = [...this.#handles.values()];
    this.#handles.clear();
    await Promise.all(handles.map(async (handle) => (await handle).close()));
  }

  /** The record sought is in the last block that begins before `time`, or is the first of the next. */
  private async firstAt(key: string, time: EpochMs): Promise<bigint | null> {
    const streamed = this.#partitions.get(key);
    if (streamed === undefined) return null;
    const after = streamed.blocks.findIndex((block) => block.timestamp >= time);
    const before = streamed.blocks.at(after < 0 ? -1 : after - 1);
    if (after !== 0 && before !== undefined) {
      const inside = (await this.recordsOf(streamed, before)).find(({ timestamp }) => timestamp >= time);
      if (inside !== undefined) return inside.offset;
    }
    const block = streamed.blocks[after];
    return block === undefined ? null : BigInt(block.offset);
  }

  private async recordsOf({ topic, partition, file }: StreamedPartition, { at, bytes }: StreamBlock): Promise<readonly StoredRecord[]> {
    const zipped = Buffer.alloc(bytes);
    await (await this.handle(file)).read(zipped, 0, bytes, at);
    const lines = (await unzip(zipped)).toString('utf8').split('\n');
    lines.pop(); // after the last line end
    return lines.map((line) => recordOf(topic, partition, line));
  }

  private handle(file: string): Promise<FileHandle> {
    const opened = this.#handles.get(file) ?? open(join(this.folder, file));
    this.#handles.set(file, opened);
    return opened;
  }
}

const readIndex = async (folder: string): Promise<StreamIndex> => {
  const path = join(folder, INDEX_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StreamFileFailure(`${path} can not be read: is ${folder} what export --stream wrote?`, { path }, { cause: error });
  });
  const parsed = parseJsonWith(streamIndexSchema, text);
  if (parsed.ok) return parsed.value;
  const [problem] = parsed.problems;
  throw new StreamFileFailure(`${path}: ${problem?.field ?? ''} ${problem?.rule ?? ''}`, { path });
};

const checkBytes = async (folder: string, { file, sha256 }: StreamedPartition): Promise<void> => {
  const path = join(folder, file);
  const hash = createHash('sha256');
  try {
    for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  } catch (error) {
    throw new StreamFileFailure(`${path} can not be read`, { path }, { cause: error });
  }
  if (hash.digest('hex') !== sha256) throw new StreamFileFailure(`${path} does not have the bytes that were written`, { path });
};
