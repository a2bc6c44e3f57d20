import type { Server } from 'node:http';

/** Connections that became idle since the last look are closed this often. */
const SWEEP_MS = 100;

/**
 * How an HTTP server leaves callers that keep their connections open: from `announce` on, every answer tells its caller not to send another
 * request here; after that, `close` waits for requests under way only. Node closes the connections that are idle at the moment of closing, and one
 * whose request was still under way would then hold the server open until its keep-alive time is over.
 */
export class Departure {
  private leaving = false;

  constructor(private readonly server: Server) {
    server.prependListener('request', (_, response) => {
      if (this.leaving) response.setHeader('Connection', 'close');
    });
  }

  announce(): void {
    this.leaving = true;
  }

  /** @param close what closes the server; resolves with it */
  async close(close: () => Promise<void>): Promise<void> {
    this.leaving = true;
    const sweep = setInterval(() => this.server.closeIdleConnections(), SWEEP_MS);
    try {
      await close();
    } finally {
      clearInterval(sweep);
    }
  }
}
