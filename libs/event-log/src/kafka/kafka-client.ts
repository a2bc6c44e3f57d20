import { Kafka, type LogEntry, type RetryOptions, logLevel } from 'kafkajs';
import type { EventLogLogger } from '../observer.js';

export interface KafkaClientSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
}

/**
 * How kafkajs repeats one request: fast at first (a broker that has just started answers "loading" for some 100 ms),
 * and for about 6 s in all, so that who waits for an append gets an answer.
 */
export const requestRetry: RetryOptions = { initialRetryTime: 50, factor: 0.2, multiplier: 2, maxRetryTime: 500, retries: 14 };

/** What happens in every start, rebalance or broker restart and is repeated until it passes: no news for a person. */
const PASSING =
  /loading|rebalanc|not the leader|no leader|leadership election|coordinator is not (aware|available)|not the correct coordinator|does not host this topic-partition|limiting retries for the idempotent/i;

export const isPassing = (message: string): boolean => PASSING.test(message);

/** While a broker is away every connection reports every try: one warning in this time says it. */
const REPEATED_MS = 10_000;

/** kafkajs writes to our logger, never to the console. Its "error" is mostly a retry under way: it counts as a warning. */
const forward = (logger: EventLogLogger) => {
  const lastWarning = new Map<string, number>();
  const isRepeated = (namespace: string): boolean => {
    const now = performance.now();
    const repeated = now - (lastWarning.get(namespace) ?? -Infinity) < REPEATED_MS;
    if (!repeated) lastWarning.set(namespace, now);
    return repeated;
  };
  return () =>
    ({ level, namespace, log: { message, timestamp: _, logger: __, stack: ___, ...details } }: LogEntry): void => {
      const text = `kafkajs ${namespace}: ${message}`;
      const reason = typeof details.error === 'string' ? details.error : '';
      if (level > logLevel.ERROR || isPassing(message) || isPassing(reason) || isRepeated(namespace)) logger.debug(details, text);
      else logger.warn(details, text);
    };
};

export const createKafka = ({ brokers, clientId }: KafkaClientSettings, logger: EventLogLogger): Kafka =>
  new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    retry: requestRetry,
    logLevel: logLevel.WARN,
    logCreator: forward(logger),
  });
