import type { EpochMs, Positions } from '#contracts';
import type { SubscribeOptions, Subscription } from '../event-log.js';
import type { EventLogLogger, EventLogObserver } from '../observer.js';
import { HeldPartitions, type SubscriptionSettings } from '../subscribe/held-partitions.js';
import type { KafkaAdmin } from './kafka-admin.js';
import type { FetcherOptions, KafkaFetcher } from './kafka-fetcher.js';

/** What the subscription answers to its fetcher. */
export type Reactions = Pick<FetcherOptions, 'onAssigned' | 'onInDoubt' | 'onRecords' | 'onGap' | 'onEnd' | 'onFetched'>;

/** A fetcher in a group, feeding the workers of the partitions that the group gives us. */
export class KafkaSubscription implements Subscription {
  readonly #held: HeldPartitions;
  readonly #fetcher: KafkaFetcher;
  #stopped: Promise<void> | null = null;

  constructor(
    createFetcher: (reactions: Reactions) => KafkaFetcher,
    admin: KafkaAdmin,
    options: SubscribeOptions,
    settings: SubscriptionSettings,
    logger: EventLogLogger,
    observer: EventLogObserver,
  ) {
    const fetcher = createFetcher({
      onAssigned: (partitions, anew) => void this.#held.assigned(partitions, anew),
      // Who reads everything keeps its partitions whatever the group does.
      onInDoubt: () => (options.mode === 'shared' ? this.#held.hold() : undefined),
      onRecords: (at, records, end, asOf) => this.#held.received(at, records, end, asOf),
      onGap: (at, next) => this.#held.skipTo(at, next),
      onEnd: (at, end, asOf) => this.#held.sawEnd(at, end, asOf),
      onFetched: (at, asOf) => this.#held.fetched(at, asOf),
    });
    this.#fetcher = fetcher;
    this.#held = new HeldPartitions(
      {
        begin: (at, next) => fetcher.begin(at, next),
        pause: (at) => fetcher.pause(at),
        resume: (at) => fetcher.resume(at),
        commit: (positions) => fetcher.commit(positions),
        bounds: (topic) => admin.bounds(topic),
      },
      options,
      settings,
      logger,
      observer,
    );
    fetcher.start();
  }

  get ready(): Promise<void> {
    return this.#fetcher.fetching;
  }

  lag(): ReadonlyMap<string, bigint> {
    return this.#held.lag();
  }

  waiting(done?: Positions): ReadonlyMap<string, EpochMs> {
    return this.#held.waiting(done);
  }

  heard(): ReadonlyMap<string, EpochMs> {
    return this.#held.heard();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#held.stop().then(() => this.#fetcher.stop());
    return this.#stopped;
  }
}
