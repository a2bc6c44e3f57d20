import { LRUCache } from 'lru-cache';
import type { EpochMs } from '#contracts';

export interface BucketSettings {
  /** Name in the RateLimit headers. */
  readonly policy: string;
  /** Tokens a minute, and the most that can be saved up. 0 is no limit. */
  readonly perMinute: number;
}

/** What is left after a request took, or could not take, its tokens. */
export interface Allowance {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Seconds until the bucket is full again. */
  readonly resetS: number;
  /** Seconds until the same request would be allowed; 0 when it was. */
  readonly retryAfterS: number;
}

const WINDOW_S = 60;
/** The least recently seen bucket is forgotten first, and a forgotten bucket is a full one: memory is bounded, strangers are let off. */
const MAX_BUCKETS = 100_000;

interface Bucket {
  tokens: number;
  at: EpochMs;
}

/** Token buckets, one a key, in this process: N gateways allow N times as much. */
export class TokenBuckets {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS });

  constructor(
    readonly settings: BucketSettings,
    private readonly now: () => EpochMs = Date.now,
  ) {}

  get limited(): boolean {
    return this.settings.perMinute > 0;
  }

  /** Takes `cost` tokens, or none when there are not enough. */
  take(key: string, cost = 1): Allowance {
    const { perMinute } = this.settings;
    const perMs = perMinute / (WINDOW_S * 1000);
    const bucket = this.buckets.get(key) ?? { tokens: perMinute, at: this.now() };
    const now = this.now();
    bucket.tokens = Math.min(perMinute, bucket.tokens + (now - bucket.at) * perMs);
    bucket.at = now;
    const allowed = bucket.tokens >= cost;
    if (allowed) bucket.tokens -= cost;
    this.buckets.set(key, bucket);
    return {
      allowed,
      remaining: Math.floor(bucket.tokens),
      resetS: Math.ceil((perMinute - bucket.tokens) / perMs / 1000),
      retryAfterS: allowed ? 0 : Math.max(1, Math.ceil((Math.min(cost, perMinute) - bucket.tokens) / perMs / 1000)),
    };
  }

  /** Fields of draft-ietf-httpapi-ratelimit-headers. */
  headers({ remaining, resetS }: Allowance): Readonly<Record<string, string>> {
    const { policy, perMinute } = this.settings;
    return { 'RateLimit-Policy': `"${policy}";q=${perMinute};w=${WINDOW_S}`, RateLimit: `"${policy}";r=${remaining};t=${resetS}` };
  }
}
