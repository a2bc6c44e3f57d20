import type { EpochMs } from '#contracts';
import type { StreamOptions } from '../stream-options.js';
import type { StreamRange, StreamSource } from '../stream.js';
import { walkStream } from '../walk-stream.js';
import { envelopeOf } from './envelope.js';
import { KeptTally, type KeptPlan } from './kept-tally.js';
import { PartitionTally, type PartitionPlan, type Span } from './partition-tally.js';

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
  readonly bytes: number;
  readonly gaps: { readonly stretches: number; readonly offsets: number };
  readonly recorded: Span;
  /** By the clocks of clients. */
  readonly happened: Span;
  /** Records by the version of their schema. */
  readonly schemas: Readonly<Record<string, number>>;
}

/** What a range holds, before anything is done with it. */
export interface StreamPlan {
  readonly source: StreamSource['kind'];
  readonly range: StreamRange;
  readonly topics: readonly TopicPlan[];
  readonly partitions: readonly PartitionPlan[];
  readonly kept: KeptPlan;
}

export interface PlanStream {
  readonly source: StreamSource;
  readonly options: StreamOptions;
  readonly signal: AbortSignal;
  progress?(done: number, total: number): void;
}

/**
 * Reads a range once and counts what is in it. Out: null when it was interrupted.
 * @throws {RangeGoneFailure} a part of the range is not kept any more.
 */
export const planStream = async ({ source, options, signal, progress }: PlanStream): Promise<StreamPlan | null> => {
  const [range, bounds] = [await source.resolve(options.range), await source.bounds()];
  const tallies = new Map<string, TopicTally>();
  const kept = new KeptTally(options);
  const partitions: PartitionTally[] = [];
  const whole = await walkStream({ source, range, signal, ...(progress === undefined ? {} : { progress }) }, (place) => {
    const partition = new PartitionTally(place, range, bounds);
    const topic = tallies.get(place.topic) ?? new TopicTally();
    tallies.set(place.topic, topic);
    partitions.push(partition);
    return (record) => {
      partition.add(record);
      topic.add(envelopeOf(record));
      kept.add(record);
    };
  });
  if (!whole) return null;
  const plans = partitions.map(({ plan }) => plan);
  const topics = [...tallies].map(([topic, tally]) =>
    topicPlan(
      topic,
      plans.filter((plan) => plan.topic === topic),
      tally,
    ),
  );
  return { source: source.kind, range, topics, partitions: plans, kept: kept.plan };
};

class TopicTally {
  readonly schemas = new Map<string, number>();
  first: EpochMs | null = null;
  last: EpochMs | null = null;

  add({ schema, time }: ReturnType<typeof envelopeOf>): void {
    this.schemas.set(schema, (this.schemas.get(schema) ?? 0) + 1);
    if (time === null) return;
    this.first = this.first === null ? time : Math.min(this.first, time);
    this.last = this.last === null ? time : Math.max(this.last, time);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The widest of several spans. */
const around = (spans: readonly Span[]): Span => {
  const [firsts, lasts] = [spans.flatMap(({ first }) => first ?? []), spans.flatMap(({ last }) => last ?? [])];
  return { first: firsts.length === 0 ? null : Math.min(...firsts), last: lasts.length === 0 ? null : Math.max(...lasts) };
};

const topicPlan = (topic: string, partitions: readonly PartitionPlan[], { schemas, first, last }: TopicTally): TopicPlan => ({
  topic,
  partitions: partitions.length,
  records: sum(partitions.map(({ records }) => records)),
  bytes: sum(partitions.map(({ bytes }) => bytes)),
  gaps: { stretches: sum(partitions.map(({ gaps }) => gaps.stretches)), offsets: sum(partitions.map(({ gaps }) => gaps.offsets)) },
  recorded: around(partitions.map(({ recorded }) => recorded)),
  happened: { first, last },
  schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
});
