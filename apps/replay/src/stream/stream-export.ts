import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type EpochMs, topics } from '#contracts';
import type { StoredRecord } from '#event-log';
import { UsageError } from '../cli/command.js';
import { lineOf } from './sources/record-line.js';
import { INDEX_FILE, type StreamBlock, type StreamedPartition, type StreamIndex } from './sources/stream-index.js';
import { offsetAt, partitionsOf, type PartitionPlace, type StreamRange, type StreamSource } from './stream.js';

const zip = promisify(gzip);

export interface StreamExport {
  readonly source: StreamSource;
  readonly range: StreamRange;
  /** The recorded time that the range was chosen to begin at, so that the copy can answer for it; null when it was chosen otherwise. */
  readonly completeSince: EpochMs | null;
  /** A new or empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  progress?(records: number): void;
}

/**
 * Copies a range record by record, bytes as they are, and all papers up to its end whatever it begins with, since a stretch without the papers that it speaks of could not be replayed: a gzipped NDJSON file a partition and `index.json`, written last, so that a folder
 * with an index is whole. The same range gives the same bytes. What it wrote is a source: `--source file:FOLDER`.
 *
 * @throws {UsageError} the folder has something in it.
 * @returns null when it was interrupted: the folder has no index then.
 */
export const exportStream = async (asked: StreamExport): Promise<StreamIndex | null> => {
  await prepare(asked.folder);
  const range = await withAllPapers(asked);
  const partitions: StreamedPartition[] = [];
  let newest: EpochMs | null = null;
  let written = 0;
  for (const place of partitionsOf(range.to)) {
    const file = new PartitionFile(asked.folder, place);
    const [from, to] = [offsetAt(range.from, place.key), offsetAt(range.to, place.key)];
    for await (const chunk of asked.source.read(place.topic, place.partition, from, to)) {
      if (asked.signal.aborted) break;
      await file.add(chunk);
      written += chunk.length;
      asked.progress?.(written);
      newest = Math.max(newest ?? 0, chunk.at(-1)?.timestamp ?? 0);
    }
    const streamed = await file.close();
    if (streamed !== null) partitions.push(streamed);
    if (asked.signal.aborted) return null;
  }
  return writeIndex({ ...asked, range }, partitions, newest);
};

const withAllPapers = async ({ source, range: { from, to } }: StreamExport): Promise<StreamRange> => {
  const papers = Object.entries((await source.bounds()).earliest).filter(([key]) => key.startsWith(`${topics.papers.name}/`));
  return { from: { ...from, ...Object.fromEntries(papers) }, to };
};

const prepare = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new UsageError(`--out ${folder}: must be a new or empty folder`);
};

const timeOf = (time: EpochMs | null): string | null => (time === null ? null : new Date(time).toISOString());

const writeIndex = async (
  { folder, range, completeSince }: StreamExport,
  partitions: StreamedPartition[],
  newest: EpochMs | null,
): Promise<StreamIndex> => {
  const { from, to } = range;
  const index: StreamIndex = { format: 1, from, to, completeSince: timeOf(completeSince), newest: timeOf(newest), partitions };
  const path = join(folder, INDEX_FILE);
  await writeFile(`${path}.part`, `${JSON.stringify(index, null, 1)}\n`);
  await rename(`${path}.part`, path);
  return index;
};

/** The file of one partition; there is none until it has a record. */
class PartitionFile {
  readonly #name: string;
  readonly #hash = createHash('sha256');
  readonly #blocks: StreamBlock[] = [];
  #handle: Awaited<ReturnType<typeof open>> | null = null;
  #bytes = 0;

  constructor(
    private readonly folder: string,
    private readonly place: PartitionPlace,
  ) {
    this.#name = `${place.topic}.${place.partition}.ndjson.gz`;
  }

  /** One chunk becomes one block: a gzip stream of its own. */
  async add(records: readonly StoredRecord[]): Promise<void> {
    const [first] = records;
    if (first === undefined) return;
    this.#handle ??= await open(join(this.folder, this.#name), 'wx');
    const block = await zip(records.map((record) => `${lineOf(record)}\n`).join(''));
    await this.#handle.writeFile(block);
    this.#hash.update(block);
    const { offset, timestamp } = first;
    this.#blocks.push({ offset: offset.toString(), timestamp, records: records.length, at: this.#bytes, bytes: block.length });
    this.#bytes += block.length;
  }

  async close(): Promise<StreamedPartition | null> {
    if (this.#handle === null) return null;
    await this.#handle.close();
    const records = this.#blocks.reduce((sum, block) => sum + block.records, 0);
    const { topic, partition } = this.place;
    return { topic, partition, file: this.#name, records, sha256: this.#hash.digest('hex'), blocks: this.#blocks };
  }
}
