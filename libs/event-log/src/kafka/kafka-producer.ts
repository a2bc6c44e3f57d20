import type { Kafka, Message, Producer, RecordMetadata } from 'kafkajs';
import type { Outgoing } from '../append/outgoing.js';
import type { EventLogLogger } from '../observer.js';

/** One kafkajs producer and how many sends are under way on it. */
interface Session {
  readonly producer: Producer;
  readonly connected: Promise<void>;
  inFlight: number;
  retired: boolean;
}

/**
 * Writes flushes with an idempotent producer, acks=all.
 *
 * A producer whose send failed is never used again: kafkajs rolls its sequence numbers back, but the broker may have
 * the batch, and would then take the next batch of the same length for a repetition and drop it without an error.
 */
export class KafkaProducer {
  #session: Session | null = null;

  constructor(
    private readonly kafka: Kafka,
    private readonly logger: EventLogLogger,
  ) {}

  /** Writes records of one topic in one request a broker. @returns the offset of each, in order */
  async send(topic: string, records: readonly Outgoing[]): Promise<readonly bigint[]> {
    const session = (this.#session ??= this.#open());
    session.inFlight++;
    try {
      await session.connected;
      const messages = records.map(({ partition, key, value, headers }): Message => ({ partition, key, value, headers: { ...headers } }));
      const answer = await session.producer.send({ topic, acks: -1, messages });
      return offsetsOf(topic, records, answer);
    } catch (error) {
      session.retired = true;
      if (this.#session === session) this.#session = null;
      throw error;
    } finally {
      session.inFlight--;
      if (session.retired && session.inFlight === 0) this.#disconnect(session).catch(() => {});
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session !== null) await this.#disconnect(session);
  }

  #open(): Session {
    const producer = this.kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      // Every message names its partition: the position of a record has to be known from the answer.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    const connected = producer.connect();
    connected.catch(() => {}); // send() awaits it too and reports
    return { producer, connected, inFlight: 0, retired: false };
  }

  async #disconnect({ producer }: Session): Promise<void> {
    try {
      await producer.disconnect();
    } catch (error) {
      this.logger.debug({ err: error }, 'a producer did not disconnect cleanly');
    }
  }
}

/** The broker answers the first offset of each partition; records of a partition follow each other in the order sent. */
const offsetsOf = (topic: string, records: readonly Outgoing[], answer: readonly RecordMetadata[]): bigint[] => {
  const next = new Map<number, bigint>();
  for (const { partition, baseOffset } of answer) if (baseOffset !== undefined) next.set(partition, BigInt(baseOffset));
  return records.map(({ partition }) => {
    const offset = next.get(partition);
    if (offset === undefined || offset < 0n) throw new Error(`the broker gave no offset for ${topic}/${partition}`);
    next.set(partition, offset + 1n);
    return offset;
  });
};
