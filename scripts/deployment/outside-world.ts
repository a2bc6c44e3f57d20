import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

const KEY_ID = 'trial';

/** What stands in for the internet in a trial: an identity provider, the Hub and arXiv, none of which has anything new. */
export class OutsideWorld {
  readonly asked = new Set<string>();

  private constructor(
    private readonly server: Server,
    private readonly key: CryptoKey,
    private readonly issuer: string,
    private readonly audience: string,
  ) {}

  static async start(host: string, port: number, issuer: string, audience: string): Promise<OutsideWorld> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' }] });
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://outside');
      world.asked.add(pathname);
      const found = answers(keys)[pathname];
      response
        .writeHead(found === undefined ? 404 : 200, { 'content-type': found?.type ?? 'text/plain' })
        .end(found?.body ?? 'nothing here');
    });
    const world = new OutsideWorld(server, privateKey, issuer, audience);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return world;
  }

  tokenOf(subject: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: KEY_ID })
      .setSubject(subject)
      .setIssuer(this.issuer)
      .setAudience(this.audience)
      .setExpirationTime('1h')
      .sign(this.key);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

const answers = (keys: string): Readonly<Record<string, { type: string; body: string } | undefined>> => ({
  '/.well-known/jwks.json': { type: 'application/json', body: keys },
  '/api/daily_papers': { type: 'application/json', body: '[]' },
  '/oai': {
    type: 'text/xml',
    body: '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate><request>x</request><error code="noRecordsMatch">none</error></OAI-PMH>',
  },
});
