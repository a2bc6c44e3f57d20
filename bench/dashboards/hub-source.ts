import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

const LISTS = 'test/gateway/fixtures/hub-daily-papers.json';

/** A Hub on loopback: its lists are good for the first run of a connector and broken from then on. */
export class HubSource {
  private broken = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<HubSource> {
    const text = readFileSync(LISTS, 'utf8');
    const server = createServer((request, response) => {
      const isList = request.url?.startsWith('/api/daily_papers') === true;
      response.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' });
      response.end(isList ? (source.broken ? text.slice(0, text.length / 2) : text) : '{}');
    });
    const source = new HubSource(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return source;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  break(): void {
    this.broken = true;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
