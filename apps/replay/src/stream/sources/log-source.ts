import type { EpochMs, Positions } from '#contracts';
import type { EventLog, StoredRecord } from '#event-log';
import { inChunks } from '../chunks.js';
import { StreamSource, streamedTopics, type StreamBounds } from '../stream.js';

/** The live log. Reading by range joins no group that anybody lives in and commits nothing. */
export class LogSource extends StreamSource {
  override readonly kind = 'log';

  constructor(private readonly log: EventLog) {
    super();
  }

  override async bounds(): Promise<StreamBounds> {
    const each = await Promise.all(streamedTopics.map(({ name }) => this.log.bounds(name)));
    return {
      earliest: Object.assign({}, ...each.map(({ earliest }) => earliest)) as Positions,
      end: Object.assign({}, ...each.map(({ end }) => end)) as Positions,
    };
  }

  override offsetsAt(topic: string, time: EpochMs): Promise<Positions> {
    return this.log.offsetsAt(topic, time);
  }

  override read(topic: string, partition: number, from: bigint, to: bigint): AsyncIterable<readonly StoredRecord[]> {
    return inChunks(this.log.read({ topic, partition, from, to }));
  }

  override close(): Promise<void> {
    return this.log.close();
  }
}
