import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy } from './fault-proxy.js';

/** A server that sends back what it gets, in the pieces in which it gets it. */
const echo = async (): Promise<{ server: Server; port: number; pieces: number[] }> => {
  const pieces: number[] = [];
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      pieces.push(bytes.length);
      socket.write(bytes);
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, pieces };
};

const dial = async (proxy: FaultProxy): Promise<Socket> => {
  const socket = connect(proxy.address);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

/** Sends and waits until as many bytes came back; answers them and the milliseconds. */
const roundTrip = async (socket: Socket, bytes: Buffer): Promise<{ back: Buffer; ms: number }> => {
  const began = performance.now();
  const got: Buffer[] = [];
  let size = 0;
  const whole = new Promise<void>((resolve) => {
    const take = (piece: Buffer): void => {
      got.push(piece);
      size += piece.length;
      if (size < bytes.length) return;
      socket.off('data', take);
      resolve();
    };
    socket.on('data', take);
  });
  socket.write(bytes);
  await whole;
  return { back: Buffer.concat(got), ms: performance.now() - began };
};

describe('FaultProxy', () => {
  let upstream: Awaited<ReturnType<typeof echo>>;
  let proxy: FaultProxy;
  let client: Socket;

  beforeEach(async () => {
    upstream = await echo();
    proxy = await FaultProxy.before({ host: '127.0.0.1', port: upstream.port }, 1);
    client = await dial(proxy);
  });

  afterEach(async () => {
    client.destroy();
    await proxy.close();
    upstream.server.close();
  });

  it('passes every byte in order, sliced and with jitter too', async () => {
    const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 31) % 251));
    expect((await roundTrip(client, bytes)).back.equals(bytes)).toBe(true);
    proxy.set('both', { sliceBytes: 997, latencyMs: 3, jitterMs: 3 });
    expect((await roundTrip(client, bytes)).back.equals(bytes)).toBe(true);
  });

  it('holds each direction back by its own latency', async () => {
    proxy.set('up', { latencyMs: 40 });
    const one = await roundTrip(client, Buffer.from('a'));
    proxy.set('down', { latencyMs: 60 });
    const both = await roundTrip(client, Buffer.from('b'));
    expect(one.ms).toBeGreaterThanOrEqual(39);
    expect(both.ms).toBeGreaterThanOrEqual(98);
  });

  it('keeps to a bandwidth', async () => {
    proxy.set('up', { bandwidth: 100_000, sliceBytes: 1000 });
    expect((await roundTrip(client, Buffer.alloc(20_000))).ms).toBeGreaterThanOrEqual(190);
  });

  it('passes small slices as pieces of their own', async () => {
    proxy.set('up', { sliceBytes: 10, latencyMs: 1, bandwidth: 2_000 });
    await roundTrip(client, Buffer.alloc(50));
    expect(upstream.pieces).toEqual([10, 10, 10, 10, 10]);
  });

  it('stalls without losing anything', async () => {
    proxy.set('down', { stalled: true });
    const answer = roundTrip(client, Buffer.from('held'));
    await expect(Promise.race([answer, sleep(80, 'nothing')])).resolves.toBe('nothing');
    proxy.heal();
    expect((await answer).back.toString()).toBe('held');
  });

  it('resets what is open, and takes new connections', async () => {
    const closed = new Promise((resolve) => client.once('close', resolve));
    expect(proxy.reset()).toBe(1);
    await closed;
    const again = await dial(proxy);
    expect((await roundTrip(again, Buffer.from('x'))).back.toString()).toBe('x');
    again.destroy();
  });

  it('refuses connections while it is down, and is back on the same port', async () => {
    const { port } = proxy.address;
    await proxy.down();
    await expect(dial(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.up();
    expect(proxy.address.port).toBe(port);
    const again = await dial(proxy);
    expect((await roundTrip(again, Buffer.from('x'))).back.toString()).toBe('x');
    again.destroy();
  });

  it('passes the end of one side on', async () => {
    client.end('bye');
    const [bytes] = (await once(client, 'data')) as [Buffer];
    await once(client, 'end');
    expect(bytes.toString()).toBe('bye');
  });
});
