import { type EpochMs, positionKey, type Positions, topics } from '#contracts';
import type { StoredRecord } from '#event-log';
import {
  type ArchivedInteraction,
  ArchivePositions,
  type DataSource,
  InteractionArchive,
  PaperArchive,
  type PaperChange,
} from '#persistence';
import { inChunks } from '../chunks.js';
import { StreamSource, type StreamBounds } from '../stream.js';

const archived = [topics.papers, topics.interactions] as const;
const isArchived = (topic: string): boolean => archived.some(({ name }) => name === topic);

/**
 * The archive in PostgreSQL: interactions beyond what the log keeps, without repeated ones, and papers as they were last written. It has no `feed.served.v1`. Offsets
 * are those of the log; `recordedtime` stands for the log's own time.
 */
export class ArchiveSource extends StreamSource {
  override readonly kind = 'archive';
  private readonly interactions: InteractionArchive;
  private readonly papers: PaperArchive;

  /** @param dataSource connected; closed with this source */
  constructor(private readonly dataSource: DataSource) {
    super();
    this.interactions = new InteractionArchive(dataSource);
    this.papers = new PaperArchive(dataSource);
  }

  /** It ends where the archive stands now, which may be behind the log. */
  override async bounds(): Promise<StreamBounds> {
    const ends = new Map((await new ArchivePositions(this.dataSource).list()).map((at) => [positionKey(at.topic, at.partition), at.next]));
    const firsts = await this.interactions.firstOffsets(topics.interactions.partitions);
    const [earliest, end]: [Record<string, string>, Record<string, string>] = [{}, {}];
    for (const { name, partitions } of archived)
      for (let partition = 0; partition < partitions; partition++) {
        const key = positionKey(name, partition);
        const first = name === topics.interactions.name ? firsts.get(partition) : 0n;
        end[key] = (ends.get(key) ?? 0n).toString();
        earliest[key] = (first ?? ends.get(key) ?? 0n).toString();
      }
    return { earliest, end };
  }

  override async offsetsAt(topic: string, time: EpochMs): Promise<Positions> {
    const { end } = await this.bounds();
    const found = topic === topics.papers.name ? await this.papers.offsetsAt(time) : await this.interactions.offsetsAt(time);
    const { partitions } = archived.find(({ name }) => name === topic) ?? { partitions: 0 };
    return Object.fromEntries(
      Array.from({ length: partitions }, (_, partition) => {
        const key = positionKey(topic, partition);
        return [key, found.get(partition)?.toString() ?? end[key] ?? '0'];
      }),
    );
  }

  override async *read(topic: string, partition: number, from: bigint, to: bigint): AsyncGenerator<readonly StoredRecord[]> {
    if (!isArchived(topic)) return;
    if (topic === topics.papers.name)
      for await (const chunk of inChunks(this.papers.between(partition, from, to))) yield chunk.map(ofPaper);
    else for await (const chunk of inChunks(this.interactions.between(partition, from, to))) yield chunk.map(ofInteraction);
  }

  override close(): Promise<void> {
    return this.dataSource.destroy();
  }
}

const bytesOf = (event: object): Buffer => Buffer.from(JSON.stringify(event));

const ofInteraction = ({ event, partition, offset }: ArchivedInteraction): StoredRecord => ({
  topic: topics.interactions.name,
  partition,
  offset,
  key: event.data.readerRef,
  value: bytesOf(event),
  headers: {},
  timestamp: Date.parse(event.recordedtime),
});

const ofPaper = (change: PaperChange): StoredRecord => ({
  topic: topics.papers.name,
  partition: change.partition,
  offset: change.offset,
  key: change.id,
  value: change.kind === 'upserted' ? bytesOf(change.event) : null,
  headers: {},
  timestamp: change.timestamp,
});
