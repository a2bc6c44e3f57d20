import { createServer, type Socket } from 'node:net';
import { parseWith, rankHealthSchema, rankPatterns } from '#contracts';
import { probeRanker, RankerClient } from '../../apps/gateway/src/rpc/ranker-client.js';
import { ReplicaPool } from '../../apps/gateway/src/rpc/replica-pool.js';
import { freePort } from './free-port.js';
import { RankerDouble } from './ranker-double.js';

const poolOf = (addresses: readonly { host: string; port: number; dns: boolean }[]) =>
  new ReplicaPool({ addresses, probeIntervalMs: 50, probe: probeRanker });
const nameOf = async (pool: ReplicaPool, deadlineMs = 1_000): Promise<string> =>
  pool.call(deadlineMs, async (replica, timeoutMs) => {
    const parsed = parseWith(rankHealthSchema, await replica.call(rankPatterns.health, {}, timeoutMs));
    return parsed.ok ? parsed.value.replica : 'unreadable';
  });
const rank = (pool: ReplicaPool, deadlineMs: number) =>
  new RankerClient(pool).rank(
    { requestId: 'request-1', surface: 'trending', period: 'day', limit: 5, exclude: [], explain: false },
    deadlineMs,
  );
const eventually = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 200 && !holds(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).toBe(true);
};

describe('a pool of replicas over Nest TCP', () => {
  it('finds replicas by name, and asks them', async () => {
    const ranker = await RankerDouble.start('by-name');
    const pool = poolOf([{ host: 'localhost', port: ranker.port, dns: true }]);
    await pool.start();
    expect(pool.size).toBeGreaterThanOrEqual(1);
    expect(await nameOf(pool)).toBe('by-name');
    pool.close();
    await ranker.stop();
  });

  it('asks nobody by a name that is none, and says so', async () => {
    const pool = poolOf([{ host: 'no-such-name.invalid', port: 1, dns: true }]);
    await pool.start();
    await expect(nameOf(pool)).rejects.toMatchObject({ code: 'PEER_UNAVAILABLE', retryable: true });
    pool.close();
  });

  it('leaves out a replica that says it is not ready, until it is', async () => {
    const rankers = [await RankerDouble.start('one'), await RankerDouble.start('two')];
    const [one] = rankers;
    if (one === undefined) throw new Error('two rankers');
    one.ready = false;
    const pool = poolOf(rankers.map(({ port }) => ({ host: '127.0.0.1', port, dns: false })));
    await pool.start();
    expect(pool.usable).toBe(1);
    for (let i = 0; i < 10; i++) expect(await nameOf(pool)).toBe('two');
    one.ready = true;
    await eventually(() => pool.usable === 2);
    pool.close();
    await Promise.all(rankers.map((ranker) => ranker.stop()));
  });

  it('calls again over a new socket after its server was killed and came back, again and again', async () => {
    const ranker = await RankerDouble.start('phoenix');
    const pool = poolOf([{ host: '127.0.0.1', port: ranker.port, dns: false }]);
    await pool.start();
    for (let round = 0; round < 3; round++) {
      expect(await nameOf(pool)).toBe('phoenix');
      await ranker.stop();
      await expect(nameOf(pool, 300)).rejects.toMatchObject({ retryable: true });
      await eventually(() => pool.usable === 0);
      await ranker.restart();
      await eventually(() => pool.usable === 1);
    }
    pool.close();
    await ranker.stop();
  });

  it('leaves a replica alone that answers probes and no work, longer each time', async () => {
    const rankers = [await RankerDouble.start('stuck'), await RankerDouble.start('well')];
    const [stuck, well] = rankers;
    if (stuck === undefined || well === undefined) throw new Error('two rankers');
    stuck.delayMs = 2_000;
    const pool = poolOf(rankers.map(({ port }) => ({ host: '127.0.0.1', port, dns: false })));
    await pool.start();
    for (let i = 0; i < 30 && pool.usable === 2; i++) await expect(rank(pool, 600)).resolves.toBeDefined();
    expect(pool.usable).toBe(1);
    const asked = stuck.requests.length;
    // Many probes find it ready meanwhile; the ejection (1 s after three time-outs in a row) goes on.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(pool.usable).toBe(1);
    for (let i = 0; i < 10; i++) await expect(rank(pool, 600)).resolves.toBeDefined();
    expect(stuck.requests).toHaveLength(asked);
    stuck.delayMs = 0;
    await eventually(() => pool.usable === 2);
    pool.close();
    await Promise.all(rankers.map((ranker) => ranker.stop()));
  });

  it('does not count late probes as failed work', async () => {
    const ranker = await RankerDouble.start('busy');
    const late = new ReplicaPool({
      addresses: [{ host: '127.0.0.1', port: ranker.port, dns: false }],
      probeIntervalMs: 10,
      probe: async (replica) => {
        await replica.check('no.such.pattern', 5).catch(() => undefined);
        return true;
      },
    });
    await late.start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(late.usable).toBe(1);
    late.close();
    await ranker.stop();
  });

  it('gives a lone healthy replica the whole deadline', async () => {
    const rankers = [await RankerDouble.start('down'), await RankerDouble.start('slow')];
    const [down, slow] = rankers;
    if (down === undefined || slow === undefined) throw new Error('two rankers');
    down.ready = false;
    const pool = poolOf(rankers.map(({ port }) => ({ host: '127.0.0.1', port, dns: false })));
    await pool.start();
    // More than the share of a first try that another may follow, and less than the deadline.
    slow.delayMs = 400;
    await expect(rank(pool, 500)).resolves.toBeDefined();
    expect(slow.requests).toHaveLength(1);
    expect(down.requests).toHaveLength(0);
    pool.close();
    await Promise.all(rankers.map((ranker) => ranker.stop()));
  });

  it('fails within the deadline when the other side takes the call and never answers', async () => {
    const port = await freePort();
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
    }).listen(port, '127.0.0.1');
    const pool = poolOf([{ host: '127.0.0.1', port, dns: false }]);
    const began = performance.now();
    await expect(nameOf(pool, 120)).rejects.toMatchObject({ code: 'PEER_TIMEOUT', retryable: true });
    expect(performance.now() - began).toBeLessThan(1_000);
    pool.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
