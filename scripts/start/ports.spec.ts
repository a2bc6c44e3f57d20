import { createServer, type AddressInfo, type Server } from 'node:net';
import { demandPort, PortBook, PortInUse } from './ports.js';

describe('ports', () => {
  let other: Server;
  let taken: number;
  beforeAll(async () => {
    other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    taken = (other.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => other.close(resolve)));

  it('refuses a promised port that is taken, saying how to choose another', async () => {
    await expect(demandPort(taken)).rejects.toThrow(PortInUse);
    await expect(demandPort(taken)).rejects.toThrow(`--port ${taken + 1}`);
  });

  it('gives the usual port when it is free, another when it is taken, none twice', async () => {
    const book = new PortBook();
    const free = await book.take(taken);
    expect(free).not.toBe(taken);
    const again = new PortBook();
    expect(await again.take(free)).toBe(free);
    expect(await again.take(free)).not.toBe(free);
  });
});
