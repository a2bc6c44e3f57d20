import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { type EpochMs, type TopicSpec, positionKey } from '#contracts';
import { backoffMs, pause } from '../backoff.js';
import { LogUnavailableFailure, TopicMismatchFailure, UnknownTopicFailure } from '../failures.js';

const DAY_MS = 86_400_000;
/** Questions of a client that is being closed get this long to end by themselves. */
const LAST_ANSWERS_MS = 2000;

export interface TopicDefaults {
  readonly replicationFactor: number;
  /** Further settings for topics that are created here, e.g. segment sizes in a test. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Everything asked of the cluster that is neither a write nor a subscription. */
export class KafkaAdmin {
  #admin: Promise<Admin> | null = null;
  readonly #partitions = new Map<string, Promise<number>>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly defaults: TopicDefaults,
  ) {}

  /** Asks the cluster something, once. @throws {LogUnavailableFailure} closed; else whatever the client throws */
  async use<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.#closed) throw new LogUnavailableFailure('the event log is closed');
    const asked = this.#connected().then(question);
    this.#underWay.add(asked);
    try {
      return await asked;
    } finally {
      this.#underWay.delete(asked);
    }
  }

  #connected(): Promise<Admin> {
    if (this.#admin !== null) return this.#admin;
    const admin = this.kafka.admin();
    const connecting = admin.connect().then(() => admin);
    this.#admin = connecting;
    connecting.catch(() => {
      if (this.#admin === connecting) this.#admin = null; // the next call tries again
    });
    return connecting;
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    const existing = new Set(await this.#ask((admin) => admin.listTopics()));
    const missing = specs.filter(({ name }) => !existing.has(name));
    // Answers false when somebody else was quicker: the comparison below decides.
    if (missing.length > 0)
      await this.#ask((admin) =>
        admin.createTopics({ waitForLeaders: true, timeout: 10_000, topics: missing.map((spec) => this.#birth(spec)) }),
      );
    for (const { name, partitions } of specs) {
      const found = await this.partitions(name);
      if (found !== partitions) {
        throw new TopicMismatchFailure(`topic ${name} has ${found} partitions, ${partitions} are specified`, {
          topic: name,
          found,
          specified: partitions,
        });
      }
    }
  }

  /** How many partitions a topic has: asked once, they never change. @throws {UnknownTopicFailure} */
  partitions(topic: string): Promise<number> {
    const known = this.#partitions.get(topic);
    if (known !== undefined) return known;
    // Of all topics: asked for one that is missing, kafkajs repeats the question for seconds in case it is being made.
    const asked = this.#ask((admin) => admin.fetchTopicMetadata()).then(({ topics }) => {
      const found = topics.find(({ name }) => name === topic);
      if (found === undefined) throw new UnknownTopicFailure(`topic ${topic} does not exist`, { topic });
      return found.partitions.length;
    });
    this.#partitions.set(topic, asked);
    asked.catch(() => this.#partitions.delete(topic));
    return asked;
  }

  /** First kept and next-to-be-written offset of each partition. */
  async bounds(topic: string): Promise<readonly { readonly partition: number; readonly earliest: bigint; readonly end: bigint }[]> {
    await this.partitions(topic);
    const offsets = await this.#ask((admin) => admin.fetchTopicOffsets(topic));
    return offsets.map(({ partition, low, high }) => ({ partition, earliest: BigInt(low), end: BigInt(high) }));
  }

  async offsetsAt(topic: string, time: EpochMs): Promise<Record<string, string>> {
    await this.partitions(topic);
    const offsets = await this.#ask((admin) => admin.fetchTopicOffsetsByTimestamp(topic, time));
    return Object.fromEntries(offsets.map(({ partition, offset }) => [positionKey(topic, partition), offset]));
  }

  /** Whether somebody is in this group right now. */
  async hasMembers(group: string): Promise<boolean> {
    const { groups } = await this.#ask((admin) => admin.describeGroups([group]));
    return groups.some(({ members }) => members.length > 0);
  }

  /** Answers within 3 s: kafkajs would go on trying for longer than a readiness check waits. */
  async ping(): Promise<void> {
    const late = new AbortController();
    const tooLate = pause(3000, late.signal).then(() => {
      throw new LogUnavailableFailure('Kafka did not answer within 3 s');
    });
    try {
      await Promise.race([this.#ask((admin) => admin.describeCluster()), tooLate]);
    } finally {
      tooLate.catch(() => {});
      late.abort();
    }
  }

  /**
   * A question that is under way when its client disconnects is asked again by kafkajs on a new connection, which then nobody closes: the
   * process would not end. So the answers are waited for, and nothing is asked any more.
   */
  async close(): Promise<void> {
    this.#closed = true;
    const late = new AbortController();
    await Promise.race([Promise.allSettled(this.#underWay), pause(LAST_ANSWERS_MS, late.signal)]);
    late.abort();
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
    const admin = await this.#admin?.catch(() => null);
    this.#admin = null;
    await admin?.disconnect().catch(() => {});
  }

  #birth({ name, partitions, cleanup, retentionDays }: TopicSpec): ITopicConfig {
    const settings: Record<string, string> = {
      'cleanup.policy': cleanup,
      // The log's clock, not the producer's: reading by time then finds what it should.
      'message.timestamp.type': 'LogAppendTime',
      // Of a batch, not of a record: a flush may go to one partition as a whole.
      'max.message.bytes': String(1024 * 1024),
      'min.insync.replicas': String(Math.max(1, this.defaults.replicationFactor - 1)),
      ...(cleanup === 'delete' && retentionDays !== undefined ? { 'retention.ms': String(retentionDays * DAY_MS) } : {}),
      // A reader that was away for a week still learns what was withdrawn.
      ...(cleanup === 'compact' ? { 'delete.retention.ms': String(7 * DAY_MS) } : {}),
      ...this.defaults.settings,
    };
    return {
      topic: name,
      numPartitions: partitions,
      replicationFactor: this.defaults.replicationFactor,
      configEntries: Object.entries(settings).map(([entry, value]) => ({ name: entry, value })),
    };
  }

  /** A question that comes while a partition finds its leader, as right after a topic's birth, is asked again on a fresh connection: the client keeps what it knew of leaders for minutes. */
  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.use(question);
      } catch (error) {
        if (error instanceof LogUnavailableFailure) throw error;
        if (!isLeadershipInMotion(error) || attempt === LEADER_ATTEMPTS) {
          throw new LogUnavailableFailure(
            `Kafka did not answer: ${error instanceof Error ? error.message : String(error)}`,
            {},
            { cause: error },
          );
        }
        await this.#disconnect();
        await pause(backoffMs(leaderBackoff, attempt, Math.random()));
      }
    }
  }
}

const LEADER_ATTEMPTS = 6;
const leaderBackoff = { firstMs: 100, maxMs: 1000, jitter: 0.3 } as const;

/** kafkajs tells protocol errors apart by `type`. */
export const isLeadershipInMotion = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && (error.type === 'NOT_LEADER_FOR_PARTITION' || error.type === 'LEADER_NOT_AVAILABLE');
