import { ProblemFailure } from '../errors/problem.failure.js';
import type { Principal } from '../identity/identify.js';
import { TokenBuckets } from './token-buckets.js';

export interface AdmissionSettings {
  readonly readerPerMinute: number;
  readonly readerEventsPerMinute: number;
  readonly clientPerMinute: number;
  readonly anonymousPerMinute: number;
}

type Headers = Readonly<Record<string, string>>;

/** Says whether a caller may go on: by reader, by API key, else by address. */
export class Admission {
  private readonly readers: TokenBuckets;
  private readonly readerEvents: TokenBuckets;
  private readonly clients: TokenBuckets;
  private readonly addresses: TokenBuckets;

  constructor(
    settings: AdmissionSettings,
    private readonly onLimited: (policy: string) => void,
  ) {
    this.readers = new TokenBuckets({ policy: 'reader', perMinute: settings.readerPerMinute });
    this.readerEvents = new TokenBuckets({ policy: 'reader-events', perMinute: settings.readerEventsPerMinute });
    this.clients = new TokenBuckets({ policy: 'client', perMinute: settings.clientPerMinute });
    this.addresses = new TokenBuckets({ policy: 'address', perMinute: settings.anonymousPerMinute });
  }

  /** Counts one request. Answers the RateLimit headers. @throws {ProblemFailure} RATE_LIMITED */
  request({ reader, client }: Principal, address: string): Headers {
    if (client !== undefined) return this.spend(this.clients, client.id, 1);
    return reader === undefined ? this.spend(this.addresses, address, 1) : this.spend(this.readers, reader, 1);
  }

  /** Counts the events of a reader. Those of an API key are bounded by requests and batch size. @throws {ProblemFailure} RATE_LIMITED */
  events({ reader }: Principal, count: number): Headers {
    return reader === undefined ? {} : this.spend(this.readerEvents, reader, count);
  }

  private spend(buckets: TokenBuckets, key: string, cost: number): Headers {
    if (!buckets.limited) return {};
    const allowance = buckets.take(key, cost);
    const headers = buckets.headers(allowance);
    if (allowance.allowed) return headers;
    this.onLimited(buckets.settings.policy);
    throw new ProblemFailure('RATE_LIMITED', `more than ${buckets.settings.perMinute} a minute; try again in ${allowance.retryAfterS} s`, {
      headers: { ...headers, 'Retry-After': String(allowance.retryAfterS) },
    });
  }
}
