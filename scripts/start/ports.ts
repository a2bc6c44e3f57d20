import { importInPlace } from './repository.js';

interface ServerProcessModule {
  freePort(): Promise<number>;
  portIsFree(port: number): Promise<boolean>;
}

const operatingSystem = (): Promise<ServerProcessModule> => importInPlace('scripts/servers/server-process.mjs');

/** The port that people were promised is taken. */
export class PortInUse extends Error {
  constructor(port: number) {
    super(`port ${port} is in use by another program: stop it, or choose another with  npm start -- --port ${port + 1}`);
  }
}

/** @throws {PortInUse} */
export const demandPort = async (port: number): Promise<number> => {
  if (await (await operatingSystem()).portIsFree(port)) return port;
  throw new PortInUse(port);
};

/** Hands out ports between our own processes: the usual one when it is free, any free one otherwise, none twice. */
export class PortBook {
  private readonly given = new Set<number>();

  async take(usual: number): Promise<number> {
    const { freePort, portIsFree } = await operatingSystem();
    let port = usual;
    while (this.given.has(port) || !(await portIsFree(port))) port = await freePort();
    this.given.add(port);
    return port;
  }
}
