import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** `npm start` as a newcomer runs it: a process of its own, servers of its own, stopped by Ctrl-C. */

const START_LIMIT_MS = 120_000;
const VISIBLE_LIMIT_MS = 5_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};

/** A running `npm start`, and all that it said. */
class Started {
  private output = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor(
    args: readonly string[],
    private readonly dataDir: string,
    readonly port: number,
  ) {
    const {
      TEST_DATABASE_URL: _database,
      TEST_KAFKA_BROKERS: _brokers,
      DATABASE_URL: _url,
      KAFKA_BROKERS: _kafka,
      NODE_OPTIONS: _options,
      ...env
    } = process.env;
    this.child = spawn(process.execPath, ['scripts/start.mjs', ...args, '--data-dir', dataDir, '--port', String(port)], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exited = new Promise((done) => {
      this.child.once('exit', (code) => {
        done(code);
      });
    });
  }

  get said(): string {
    return this.output;
  }

  async ready(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (!this.output.includes('Ctrl-C stops everything.')) {
      if (this.child.exitCode !== null || Date.now() > deadline) throw new Error(`it did not start:\n${this.output}`);
      await sleep(50);
    }
  }

  token(): string {
    const token = /TOKEN_1=(\S+)/.exec(this.output)?.[1];
    if (token === undefined) throw new Error(`no token in:\n${this.output}`);
    return token;
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  end(): Promise<number | null> {
    return this.exited;
  }

  /** Processes that still have our folder on their command line. */
  leftovers(): readonly string[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        } catch {
          return '';
        }
      })
      .filter((line) => line.includes(this.dataDir));
  }
}

interface Feed {
  readonly items: readonly { readonly paper: { readonly id: string }; readonly upvotes: number }[];
}

describe('npm start', () => {
  const folders: string[] = [];
  const started: Started[] = [];
  const start = async (dataDir: string, ...args: string[]): Promise<Started> => {
    const system = new Started(args, dataDir, await freePort());
    started.push(system);
    return system;
  };
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-start-'));
    chmodSync(folder, 0o755); // the user postgres has to reach its cluster
    folders.push(folder);
    // Jars are fetched once for the clone, not once for a test.
    const jars = resolve('.data/kafka/libs');
    if (existsSync(jars)) {
      mkdirSync(join(folder, 'kafka'));
      symlinkSync(jars, join(folder, 'kafka/libs'));
    }
    return folder;
  };
  afterAll(async () => {
    await Promise.all(started.map((system) => system.stop('SIGTERM')));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const feed = async ({ port }: Started): Promise<Feed> =>
    (await fetch(`http://127.0.0.1:${port}/v1/feeds/trending?period=all&limit=100`)).json() as Promise<Feed>;
  const upvotesOf = async (system: Started, id: string): Promise<number> =>
    (await feed(system)).items.find(({ paper }) => paper.id === id)?.upvotes ?? -1;
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + VISIBLE_LIMIT_MS;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`not within ${VISIBLE_LIMIT_MS} ms: ${what}`);
      await sleep(50);
    }
  };

  const brokers = [{ broker: 'embedded' }, ...(process.env['TEST_KAFKA_BROKERS'] ? [{ broker: 'kafka' }] : [])];

  it.each(brokers)(
    'serves the 47 papers with $broker, counts a vote, keeps it over a restart, and leaves nothing behind',
    async ({ broker }) => {
      const folder = newFolder();
      const options = [`--broker=${broker}`, '--no-simulation'];
      const first = await start(folder, ...options);
      await first.ready();
      // Ready means that feeds are served; on a busy machine the last papers are folded a moment later.
      await until('all 47 papers in trending', async () => (await feed(first)).items.length === 47);
      const { items } = await feed(first);
      expect(items).toHaveLength(47);
      const voted = items.at(-1);
      if (voted === undefined) throw new Error('no papers');
      const answer = await fetch(`http://127.0.0.1:${first.port}/v1/papers/${encodeURIComponent(voted.paper.id)}/upvote`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${first.token()}` },
      });
      expect(answer.status).toBe(200);
      await until('the vote in trending', async () => (await upvotesOf(first, voted.paper.id)) === voted.upvotes + 1);
      expect(await first.stop()).toBe(0);
      expect(first.leftovers()).toEqual([]);

      const second = await start(folder, ...options);
      await second.ready();
      expect(await upvotesOf(second, voted.paper.id)).toBe(voted.upvotes + 1);
      // Twice at once, as Ctrl-C under npm arrives: once from the terminal and once passed on.
      void second.stop('SIGINT');
      expect(await second.stop('SIGINT')).toBe(0);
      expect(second.leftovers()).toEqual([]);
    },
    4 * START_LIMIT_MS,
  );

  it(
    'clears up after a supervisor that was killed, and starts again',
    async () => {
      const folder = newFolder();
      const killed = await start(folder, '--broker=embedded', '--no-simulation');
      await killed.ready();
      await killed.stop('SIGKILL');
      expect(killed.leftovers()).not.toEqual([]);
      const next = await start(folder, '--broker=embedded', '--no-simulation');
      await next.ready();
      expect(next.said).toContain('an earlier run was killed: stopping what it left');
      expect((await feed(next)).items).toHaveLength(47);
      expect(await next.stop()).toBe(0);
      expect(next.leftovers()).toEqual([]);
    },
    3 * START_LIMIT_MS,
  );

  it(
    'names a port that is in use, and how to change it',
    async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await new Promise((done) => other.once('listening', done));
      const { port } = other.address() as AddressInfo;
      const refused = new Started(['--broker=embedded'], newFolder(), port);
      expect(await refused.end()).toBe(1);
      expect(refused.said).toContain(`port ${port} is in use by another program`);
      expect(refused.said).toContain(`npm start -- --port ${port + 1}`);
      await new Promise((done) => other.close(done));
    },
    START_LIMIT_MS,
  );

  it(
    'names a papers file that is not there before it starts anything',
    async () => {
      const refused = new Started(['--papers', 'no-such-file.jsonl'], newFolder(), await freePort());
      expect(await refused.end()).toBe(1);
      expect(refused.said).toContain('--papers no-such-file.jsonl: there is no such file or folder');
    },
    START_LIMIT_MS,
  );
});
