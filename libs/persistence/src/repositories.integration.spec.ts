import { migratedDatabase } from '../../../test/support/migrated-database.js';
import { ApiKeys } from './api-keys.js';
import { Checkpoints } from './checkpoints.js';
import { databaseFault } from './database-fault.js';
import { Locks } from './locks.js';
import { ModelRegistry } from './model-registry.js';
import { type NewSnapshot, Snapshots } from './snapshots.js';

const snapshot = (replica: string, createdAt: number, formatVersion = 1): NewSnapshot => ({
  kind: 'ranker',
  formatVersion,
  replica,
  positions: { 'papers.v1/0': '12', 'interactions.v1/3': '9007199254740993' },
  stateHash: 'abc',
  body: new TextEncoder().encode(`state of ${replica}\0ÿ`),
  createdAt,
});

describe('Snapshots', () => {
  it('gives back the newest of a kind and format, byte for byte', async () => {
    await using db = await migratedDatabase();
    const snapshots = new Snapshots(db.dataSource);
    await snapshots.save(snapshot('old', 1_000));
    const saved = await snapshots.save(snapshot('new', 2_000));
    await snapshots.save(snapshot('other format', 3_000, 2));
    const { snapshot: latest, corrupt } = await snapshots.latest('ranker', 1);
    expect(corrupt).toEqual([]);
    expect(latest).toEqual({ ...saved, body: Buffer.from('state of new\0ÿ') });
    expect((await snapshots.latest('nobody', 1)).snapshot).toBeNull();
  });

  it('passes over one whose bytes were damaged, and says which', async () => {
    await using db = await migratedDatabase();
    const snapshots = new Snapshots(db.dataSource);
    await snapshots.save(snapshot('old', 1_000));
    const { id } = await snapshots.save(snapshot('new', 2_000));
    await db.dataSource.query(`UPDATE snapshots SET body = set_byte(body, 3, 0) WHERE id = $1`, [id]);
    const { snapshot: latest, corrupt } = await snapshots.latest('ranker', 1);
    expect(latest?.replica).toBe('old');
    expect(corrupt).toEqual([id]);
  });

  it('keeps the newest few of each format', async () => {
    await using db = await migratedDatabase();
    const snapshots = new Snapshots(db.dataSource);
    for (const [i, format] of [1, 1, 1, 2].entries()) await snapshots.save(snapshot(`r${i}`, i * 1_000, format));
    expect(await snapshots.prune('ranker', 2)).toBe(1);
    expect((await snapshots.list('ranker')).map(({ replica }) => replica)).toEqual(['r3', 'r2', 'r1']);
  });
});

describe('Locks', () => {
  it('let one holder in at a time and free the name afterwards, also after a throw', async () => {
    await using db = await migratedDatabase();
    const locks = new Locks(db.dataSource);
    const outcome = await locks.tryWithLock('writer', async () => locks.tryWithLock('writer', async () => 'inner'));
    expect(outcome).toEqual({ held: true, value: { held: false } });
    await expect(locks.tryWithLock('writer', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await locks.tryWithLock('writer', async () => 'free again')).toEqual({ held: true, value: 'free again' });
  });

  it('make others wait with withLock', async () => {
    await using db = await migratedDatabase();
    const locks = new Locks(db.dataSource);
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} in`);
      await new Promise(setImmediate);
      order.push(`${name} out`);
    };
    await Promise.all([locks.withLock('x', work('a')), locks.withLock('x', work('b'))]);
    expect(order.map((entry) => entry.split(' ')[1])).toEqual(['in', 'out', 'in', 'out']);
  });
});

describe('Checkpoints', () => {
  it('are kept by connector and scope', async () => {
    await using db = await migratedDatabase();
    const checkpoints = new Checkpoints(db.dataSource);
    expect(await checkpoints.load('jsonl', '/a')).toBeNull();
    await checkpoints.save('jsonl', '/a', { line: 1 });
    await checkpoints.save('jsonl', '/a', { line: 2 });
    await checkpoints.save('jsonl', '/b', { line: 9 });
    expect(await checkpoints.load('jsonl', '/a')).toEqual({ line: 2 });
    await checkpoints.forget('jsonl', '/a');
    expect(await checkpoints.load('jsonl', '/a')).toBeNull();
  });
});

describe('ModelRegistry', () => {
  it('has one live version a model: a new one retires the old', async () => {
    await using db = await migratedDatabase();
    const registry = new ModelRegistry(db.dataSource);
    await registry.assign({ name: 'trending', version: '1', role: 'live' });
    await registry.assign({ name: 'personal', version: '1', role: 'live' });
    await registry.assign({ name: 'trending', version: '2', role: 'live' });
    await registry.assign({ name: 'trending', version: '3', role: 'arm', arm: 'bolder', share: 0.1 });
    expect(await registry.active()).toEqual([
      { name: 'personal', version: '1', role: 'live' },
      { name: 'trending', version: '2', role: 'live' },
      { name: 'trending', version: '3', role: 'arm', arm: 'bolder', share: 0.1 },
    ]);
    await expect(registry.assign({ name: 'trending', version: '4', role: 'arm' })).rejects.toThrow('check');
  });
});

describe('ApiKeys', () => {
  it('finds a key until it is revoked, and stores only its hash', async () => {
    await using db = await migratedDatabase();
    const keys = new ApiKeys(db.dataSource);
    const { id, key } = await keys.create('acme', ['papers:write']);
    await keys.add('demo', 'demo-key-demo-key-demo-key', ['interactions:write']);
    await keys.add('demo', 'demo-key-demo-key-demo-key', ['interactions:write']);
    expect(await keys.find(key)).toMatchObject({ id, name: 'acme', scopes: ['papers:write'], revokedAt: null });
    expect((await keys.list()).map(({ name }) => name)).toEqual(['acme', 'demo']);
    const [row] = await db.dataSource.query<unknown[]>('SELECT * FROM api_keys WHERE id = $1', [id]);
    expect(JSON.stringify(row)).not.toContain(key);
    expect(await keys.revoke(id)).toBe(true);
    expect(await keys.revoke(id)).toBe(false);
    expect(await keys.find(key)).toBeNull();
    expect(await keys.find('')).toBeNull();
  });
});

describe('databaseFault', () => {
  it.each([
    { why: 'a value that no column takes can never pass', sql: `SELECT 'x'::integer`, fault: 'data' },
    {
      why: 'a broken rule of the schema can never pass',
      sql: `INSERT INTO models (name, version, role) VALUES ('a', '1', 'arm')`,
      fault: 'data',
    },
    { why: 'a missing table is mended by an operator', sql: 'SELECT * FROM nowhere', fault: 'fault' },
    { why: 'a statement that was cut for time may pass', sql: 'SELECT pg_sleep(5)', fault: 'fault' },
  ])('$why', async ({ sql, fault }) => {
    await using db = await migratedDatabase();
    const run = db.dataSource.transaction(async (transaction) => {
      await transaction.query(`SET LOCAL statement_timeout = 50`);
      await transaction.query(sql);
    });
    await expect(run.catch(databaseFault)).resolves.toBe(fault);
  });
});
