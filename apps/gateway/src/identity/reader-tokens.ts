import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import type { EpochMs, ReaderRef } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';
import { readerRefOf } from './reader-ref.js';

export interface ReaderTokenSettings {
  readonly sharedSecret?: string | undefined;
  readonly jwksUrl?: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  readonly readerRefSecret: string;
}

/** Never `none`, and never a family whose key is not configured: a public key must not be taken for a shared secret. */
const sharedAlgorithms = ['HS256'];
const publicAlgorithms = ['RS256', 'ES256', 'EdDSA'];
const MAX_TOKEN_CHARS = 8_192;
const MAX_SUBJECT_CHARS = 256;
/** Clocks of issuers differ by seconds. */
const CLOCK_TOLERANCE_S = 5;
/** A verified token is believed this long without checking its signature again, and never past its `exp`. */
const VERIFIED_FOR_MS = 60_000;

interface Verified {
  readonly readerRef: ReaderRef;
  readonly until: EpochMs;
}

/** Checks the signed tokens of readers and turns their subject into the pseudonym. */
export class ReaderTokens {
  private readonly shared: Uint8Array | undefined;
  private readonly jwks: JWTVerifyGetKey | undefined;
  /** By hash, so that a memory dump holds no usable token. */
  private readonly verified = new LRUCache<string, Verified>({ max: 20_000 });

  constructor(
    private readonly settings: ReaderTokenSettings,
    private readonly now: () => EpochMs = Date.now,
  ) {
    this.shared = settings.sharedSecret === undefined ? undefined : new TextEncoder().encode(settings.sharedSecret);
    this.jwks = settings.jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(settings.jwksUrl), { timeoutDuration: 3_000 });
  }

  /** @throws {ProblemFailure} TOKEN_INVALID or TOKEN_EXPIRED, saying which rule the token broke and nothing of its content. */
  async readerOf(token: string): Promise<ReaderRef> {
    if (token.length > MAX_TOKEN_CHARS) throw refused(`must have at most ${MAX_TOKEN_CHARS} characters`);
    const hash = createHash('sha256').update(token).digest('base64');
    const known = this.verified.get(hash);
    if (known !== undefined && known.until > this.now()) return known.readerRef;
    const verified = await this.verify(token);
    this.verified.set(hash, verified);
    return verified.readerRef;
  }

  private async verify(token: string): Promise<Verified> {
    try {
      const { payload } = await this.check(token);
      const { sub, exp } = payload;
      if (typeof sub !== 'string' || sub.length === 0 || sub.length > MAX_SUBJECT_CHARS)
        throw refused(`must have a sub of 1 to ${MAX_SUBJECT_CHARS} characters`);
      return {
        readerRef: readerRefOf(this.settings.readerRefSecret, sub),
        until: Math.min(Number(exp) * 1000, this.now() + VERIFIED_FOR_MS),
      };
    } catch (error) {
      throw error instanceof ProblemFailure ? error : explain(error);
    }
  }

  private check(token: string) {
    const { alg } = decodeProtectedHeader(token);
    const common: JWTVerifyOptions = {
      issuer: this.settings.issuer,
      audience: this.settings.audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(this.now()),
    };
    if (this.shared !== undefined && alg !== undefined && sharedAlgorithms.includes(alg)) {
      return jwtVerify(token, this.shared, { ...common, algorithms: sharedAlgorithms });
    }
    if (this.jwks !== undefined && alg !== undefined && publicAlgorithms.includes(alg)) {
      return jwtVerify(token, this.jwks, { ...common, algorithms: publicAlgorithms });
    }
    throw refused(`must be signed with ${this.accepted().join(', ')}`);
  }

  private accepted(): readonly string[] {
    return [...(this.shared === undefined ? [] : sharedAlgorithms), ...(this.jwks === undefined ? [] : publicAlgorithms)];
  }
}

const challenge = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };

const refused = (rule: string): ProblemFailure =>
  new ProblemFailure('TOKEN_INVALID', `the bearer token ${rule}`, { errors: [{ field: 'Authorization', rule }], headers: challenge });

const explain = (error: unknown): ProblemFailure => {
  if (error instanceof errors.JWTExpired) {
    return new ProblemFailure('TOKEN_EXPIRED', 'the bearer token has expired', {
      errors: [{ field: 'Authorization', rule: 'must not have expired' }],
      headers: challenge,
    });
  }
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`must have a sound ${error.claim} claim`);
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return refused('must be signed with our key');
  return refused('must be a signed JWT that can be checked');
};
