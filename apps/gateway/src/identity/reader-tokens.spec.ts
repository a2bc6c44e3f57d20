import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ProblemFailure } from '../errors/problem.failure.js';
import { ReaderTokens } from './reader-tokens.js';

const readerRefSecret = 'a-secret-with-at-least-32-characters!';
const common = { issuer: 'issuer', audience: 'broadsheet', readerRefSecret };

describe('tokens signed with a key of a key set', () => {
  let server: Server;
  let jwksUrl: string;
  const pairs = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>();

  beforeAll(async () => {
    for (const alg of ['RS256', 'ES256', 'EdDSA', 'PS256']) pairs.set(alg, await generateKeyPair(alg, { extractable: true }));
    const keys = await Promise.all(
      [...pairs].map(async ([alg, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' })),
    );
    server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  afterAll(() => server.close());

  const token = (alg: string, subject = 'alice') => {
    const pair = pairs.get(alg);
    if (pair === undefined) throw new Error('no key');
    return new SignJWT()
      .setProtectedHeader({ alg, kid: alg })
      .setSubject(subject)
      .setIssuer('issuer')
      .setAudience('broadsheet')
      .setExpirationTime('1h')
      .sign(pair.privateKey);
  };

  it.each(['RS256', 'ES256', 'EdDSA'])('are taken with %s', async (alg) => {
    expect(await new ReaderTokens({ ...common, jwksUrl }).readerOf(await token(alg))).toMatch(/^r_[\w-]{43}$/);
  });

  it('are refused with an algorithm that is not on the list, although the key is', async () => {
    await expect(new ReaderTokens({ ...common, jwksUrl }).readerOf(await token('PS256'))).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
      message: expect.stringContaining('RS256, ES256, EdDSA'),
    });
  });

  it('are refused where only the shared secret is configured', async () => {
    const tokens = new ReaderTokens({ ...common, sharedSecret: readerRefSecret });
    await expect(tokens.readerOf(await token('RS256'))).rejects.toBeInstanceOf(ProblemFailure);
  });

  it('give one reader one pseudonym, under any key, and another under another secret', async () => {
    const tokens = new ReaderTokens({ ...common, jwksUrl });
    const alice = await tokens.readerOf(await token('RS256'));
    expect(await tokens.readerOf(await token('ES256'))).toBe(alice);
    expect(await tokens.readerOf(await token('RS256', 'bob'))).not.toBe(alice);
    expect(await new ReaderTokens({ ...common, jwksUrl, readerRefSecret: `${readerRefSecret}2` }).readerOf(await token('RS256'))).not.toBe(
      alice,
    );
  });
});

describe('tokens that were checked a moment ago', () => {
  it('are not believed past their exp', async () => {
    let now = Date.now();
    const tokens = new ReaderTokens({ ...common, sharedSecret: readerRefSecret }, () => now);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('a')
      .setIssuer('issuer')
      .setAudience('broadsheet')
      .setExpirationTime('20s')
      .sign(new TextEncoder().encode(readerRefSecret));
    await tokens.readerOf(token);
    now += 30_000;
    await expect(tokens.readerOf(token)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });
});
