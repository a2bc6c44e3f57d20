import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** Binds a port for a moment; answers which it was, or null when it is taken. 0 asks for any free one. */
const probe = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    // A client that waits for a server to come back may get in: without being let go it would hold the probe open.
    const server = createServer((visitor) => visitor.destroy());
    server.once('error', () => {
      resolve(null);
    });
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => {
        resolve(address !== null && typeof address === 'object' ? address.port : null);
      });
    });
  });

/** The port that people were promised is taken. */
export class PortInUse extends Error {
  constructor(port: number) {
    super(`port ${port} is in use by another program: stop it, or choose another with  npm start -- --port ${port + 1}`);
  }
}

/** @throws {PortInUse} */
export const demandPort = async (port: number): Promise<number> => {
  if ((await probe(port)) === null) throw new PortInUse(port);
  return port;
};

/** Hands out ports between our own processes: the usual one when it is free, any free one otherwise, none twice. */
export class PortBook {
  private readonly given = new Set<number>();

  async take(usual: number): Promise<number> {
    for (let wanted = usual; ; wanted = 0) {
      const port = this.given.has(wanted) ? null : await probe(wanted);
      if (port === null || this.given.has(port)) continue;
      this.given.add(port);
      return port;
    }
  }
}
