import type { Kafka } from 'kafkajs';
import { backoffMs, pause } from '../backoff.js';
import type { StoredRecord } from '../event-log.js';
import { LogUnavailableFailure, RangeGoneFailure } from '../failures.js';
import type { TopicPartition } from '../subscribe/topic-partition.js';
import { clusterOf, type Fetched, fetchFrom, type KafkaCluster } from './kafkajs-internals.js';
import { toStored } from './stored-message.js';

/** Of one answer; a record may be larger and comes all the same. Many partitions are read side by side, each with an answer or two in memory. */
const FETCH_BYTES = 512 * 1024;
/** There is data up to the end of the range: nobody waits for more to come. */
const MAX_WAIT_MS = 10;
/** Answers without a record before an offset is taken for one whose record is gone; a leader that was just elected may not show it yet. */
const EMPTY_ANSWERS = 3;
const PATIENCE_MS = 30_000;
const between = { firstMs: 50, maxMs: 1000, jitter: 0.3 } as const;

/** Reads stretches of partitions straight from their leaders: no group, no member, no position, so that nobody can see that it reads. */
export class KafkaRangeReader {
  #cluster: Promise<KafkaCluster> | null = null;
  readonly #topics = new Map<string, Promise<void>>();

  constructor(private readonly kafka: Kafka) {}

  /**
   * Records with offsets in [from, to), an answer at a time. `to` is not beyond the end.
   * @throws {RangeGoneFailure} retention overtook the reading.
   * @throws {LogUnavailableFailure} no answer for half a minute.
   */
  async *read(at: TopicPartition, from: bigint, to: bigint): AsyncGenerator<readonly StoredRecord[]> {
    const reading = new Reading(at, from);
    while (reading.next < to) {
      const answer = await this.#ask(reading);
      if (answer === null) continue;
      const records = answer.messages.map((message) => toStored(at, message)).filter(({ offset }) => offset < to);
      if (records.length > 0) yield records;
    }
  }

  async close(): Promise<void> {
    const cluster = await this.#cluster?.catch(() => null);
    this.#cluster = null;
    await cluster?.disconnect().catch(() => {});
  }

  /** One try; null when it has to be tried again, after a pause or at the next offset. */
  async #ask(reading: Reading): Promise<Fetched | null> {
    try {
      const cluster = await this.#connected();
      await this.#known(cluster, reading.at.topic);
      const answer = await fetchFrom(cluster, reading.at, reading.next, { maxBytes: FETCH_BYTES, maxWaitTime: MAX_WAIT_MS });
      if (reading.took(answer)) return answer;
      await pause(reading.isWaiting ? backoffMs(between, reading.tries, Math.random()) : 0);
    } catch (error) {
      reading.failed(error);
      await pause(backoffMs(between, reading.tries, Math.random()));
      await (await this.#connected()).refreshMetadata().catch(() => {}); // somebody else may lead now
    }
    return null;
  }

  #connected(): Promise<KafkaCluster> {
    if (this.#cluster !== null) return this.#cluster;
    const cluster = clusterOf(this.kafka);
    const connecting = cluster.connect().then(() => cluster);
    this.#cluster = connecting;
    connecting.catch(() => {
      if (this.#cluster === connecting) this.#cluster = null; // the next try connects anew
    });
    return connecting;
  }

  #known(cluster: KafkaCluster, topic: string): Promise<void> {
    const known = this.#topics.get(topic) ?? cluster.addTargetTopic(topic);
    this.#topics.set(topic, known);
    known.catch(() => this.#topics.delete(topic));
    return known;
  }
}

/** How far the reading of a partition is, and how long it has got nowhere. */
class Reading {
  tries = 0;
  #empty = 0;
  #movedAt = performance.now();

  constructor(
    readonly at: TopicPartition,
    public next: bigint,
  ) {}

  /** Whether the broker does not have our offset yet, although it once said so: it has just become the leader. */
  isWaiting = false;

  /**
   * Whether there was something. Compaction leaves batches without records to remember their producers; where such a batch is all that the broker answers, reading goes on
   * at the next offset, never further: that one may have a record.
   */
  took({ next, end }: Fetched): boolean {
    this.isWaiting = end <= this.next;
    if (next !== null && next > this.next) {
      this.#move(next);
      return true;
    }
    this.tries++;
    if (this.isWaiting) this.#checkPatience(null);
    else if (++this.#empty >= EMPTY_ANSWERS) this.#move(this.next + 1n, EMPTY_ANSWERS - 1);
    return false;
  }

  /** @throws what no further try can change. */
  failed(error: unknown): void {
    this.tries++;
    if (isTyped(error, 'OFFSET_OUT_OF_RANGE')) {
      const { topic, partition } = this.at;
      throw new RangeGoneFailure(
        `${topic}/${partition}: retention removed the records from ${this.next} on before they were read`,
        { topic, partition, from: String(this.next) },
        { cause: error },
      );
    }
    this.#checkPatience(error);
  }

  /** @param empty answers without a record that the next offset is believed to have had: after one that is gone the next ones often are. */
  #move(next: bigint, empty = 0): void {
    this.next = next;
    this.tries = 0;
    this.#empty = empty;
    this.#movedAt = performance.now();
  }

  #checkPatience(error: unknown): void {
    if (performance.now() - this.#movedAt < PATIENCE_MS) return;
    const { topic, partition } = this.at;
    const why = error instanceof Error ? `: ${error.message}` : '';
    throw new LogUnavailableFailure(
      `Kafka gave no record of ${topic}/${partition} at ${this.next} for ${PATIENCE_MS / 1000} s${why}`,
      { topic, partition },
      { cause: error },
    );
  }
}

/** kafkajs tells protocol errors apart by `type`. */
const isTyped = (error: unknown, type: string): boolean => error instanceof Error && 'type' in error && error.type === type;
