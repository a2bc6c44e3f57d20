import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DigestDeliveries } from '#persistence';
import { migratedDatabase } from '#test-support/migrated-database';
import { until } from '#test-support/until';
import { digestPaper } from './digest.js';
import { deliverOnce, keyOf } from './deliver/deliver-once.js';
import { RefusedFailure } from './deliver/refused.failure.js';
import { UnknownDeliveryFailure } from './deliver/unknown-delivery.failure.js';
import type { Target } from './deliver/target.js';
import { feedItem } from './fixtures/feed-items.js';
import { httpPeer, type Answer } from './fixtures/http-peer.js';
import { rendered } from './make-digest.js';
import { periodOf } from './period/period.js';
import { postgresRecord } from './wiring/postgres-record.js';

const site = { name: 'Ours', url: 'https://papers.example.org' };
const digest = {
  site,
  period: periodOf('day', '2026-11-23', 'UTC'),
  timeZone: 'UTC',
  selection: 'trending',
  title: 'What is trending: 2026-11-23',
  papers: [digestPaper(feedItem('a'), site.url)],
};
const ready = rendered(digest, 'default');

const counting = (deliver: () => Promise<string> = async () => 'taken'): Target & { times: number } => {
  const target = { name: 'smtp/default', times: 0, deliver: () => ((target.times += 1), deliver()) };
  return target;
};

describe('deliverOnce on PostgreSQL', () => {
  it('delivers once, whoever runs and how often', async () => {
    await using db = await migratedDatabase();
    const record = postgresRecord(db.dataSource);
    const target = counting(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return 'taken';
    });
    const outcomes = await Promise.all([1, 2, 3].map(() => deliverOnce(ready, target, record, false)));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['busy', 'busy', 'delivered']);
    expect(await deliverOnce(ready, target, record, false)).toMatchObject({ kind: 'before' });
    expect(target.times).toBe(1);
    expect(await deliverOnce(ready, target, record, true)).toMatchObject({ kind: 'delivered' });
    expect(target.times).toBe(2);
  });

  it('delivers another period, selection or list for itself', async () => {
    await using db = await migratedDatabase();
    const record = postgresRecord(db.dataSource);
    const target = counting();
    const others = [{ ...digest, selection: 'listed' }, { ...digest, period: periodOf('day', '2026-11-22', 'UTC') }, digest];
    for (const each of others)
      expect(await deliverOnce(rendered(each, 'default'), target, record, false)).toMatchObject({ kind: 'delivered' });
    expect(await deliverOnce(ready, { ...counting(), name: 'smtp/other' }, record, false)).toMatchObject({ kind: 'delivered' });
    expect(target.times).toBe(3);
  });

  it('tries again what was refused, and not what may have arrived', async () => {
    await using db = await migratedDatabase();
    const record = postgresRecord(db.dataSource);
    const refused = counting(() => Promise.reject(new RefusedFailure('smtp/default', 'no')));
    await expect(deliverOnce(ready, refused, record, false)).rejects.toThrow(RefusedFailure);
    const broken = counting(() => Promise.reject(new Error('the connection broke')));
    await expect(deliverOnce(ready, broken, record, false)).rejects.toThrow(UnknownDeliveryFailure);
    const target = counting();
    await expect(deliverOnce(ready, target, record, false)).rejects.toThrow('not confirmed; it may have arrived');
    // A refusal of the second try tells nothing of the first.
    await expect(deliverOnce(ready, refused, record, true)).rejects.toThrow(RefusedFailure);
    await expect(deliverOnce(ready, target, record, false)).rejects.toThrow(UnknownDeliveryFailure);
    expect(target.times).toBe(0);
    expect(await deliverOnce(ready, target, record, true)).toMatchObject({ kind: 'delivered' });
  });
});

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The command in a process of its own, of the sources, as a CronJob runs it. */
const started = (args: readonly string[], settings: Readonly<Record<string, string>>) => {
  const loader = pathToFileURL(join(root, 'test/support/typescript.mjs')).href;
  const program = ['--conditions=source', '--import', loader, join(root, 'apps/digest/src/main.ts')];
  const child = spawn(process.execPath, [...program, ...args], { cwd: root, env: { PATH: process.env['PATH'], ...settings } });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return { child, end: once(child, 'close').then(([code]) => ({ code: code as number | null, said: said.join('') })) };
};

describe('the command', () => {
  const gatewayAnswer = (items = [feedItem('a'), feedItem('b')]): Answer => ({
    status: 200,
    body: JSON.stringify({ items, nextCursor: null }),
  });

  it('is killed in the middle of a delivery and does not send twice', async () => {
    await using db = await migratedDatabase();
    await using gateway = await httpPeer(() => gatewayAnswer());
    let answer: Answer = 'silence';
    await using hook = await httpPeer(() => answer);
    const settings = { DATABASE_URL: db.url, DIGEST_GATEWAY_URL: gateway.base, DIGEST_WEBHOOK_URL: `${hook.base}/secret-part` };

    const first = started(['--webhook'], settings);
    await until('the webhook was asked', () => hook.heard.length === 1);
    first.child.kill('SIGKILL');
    await first.end;

    answer = { status: 200 };
    const second = await started(['--webhook'], settings).end;
    expect(second.code).toBe(3);
    expect(second.said).toContain('DIGEST_UNKNOWN: webhook/default: a delivery was begun at ');
    expect(hook.heard).toHaveLength(1);

    const third = await started(['--webhook', '--again'], settings).end;
    expect(third).toEqual({ code: 0, said: 'webhook/default: 2 papers, webhook answered 200\n' });
    const fourth = await started(['--webhook'], settings).end;
    expect(fourth.code).toBe(0);
    expect(fourth.said).toMatch(/^webhook\/default: was delivered at .*, and is not sent again\n$/);
    expect(hook.heard).toHaveLength(2);
    expect([second, third, fourth].some(({ said }) => said.includes('secret-part'))).toBe(false);
    const [row] = await db.dataSource.query<{ period: string }[]>('SELECT period FROM digests');
    expect(
      await new DigestDeliveries(db.dataSource).find({ ...keyOf(ready, { ...counting(), name: 'webhook/default' }), period: row!.period }),
    ).toMatchObject({
      deliveredAt: expect.any(Date),
    });
  });

  it('sends nothing of an empty period unless it is told to', async () => {
    await using db = await migratedDatabase();
    await using gateway = await httpPeer(() => gatewayAnswer([]));
    await using hook = await httpPeer(() => ({ status: 200 }));
    const settings = { DATABASE_URL: db.url, DIGEST_GATEWAY_URL: gateway.base, DIGEST_WEBHOOK_URL: hook.base };
    const silent = await started(['--webhook', '--period', 'week'], settings).end;
    expect(silent.code).toBe(0);
    expect(silent.said).toContain('no paper, so nothing is sent');
    expect(hook.heard).toHaveLength(0);
    expect((await started(['--webhook', '--period', 'week', '--send-empty'], settings).end).code).toBe(0);
    expect(hook.heard).toHaveLength(1);
  });

  it.each([
    [['--smtp'], {}, 2, 'DATABASE_URL: is required by mail and webhook'],
    [['--smtp', '--dry-run'], {}, 2, 'DIGEST_SMTP_URL: is required by --smtp'],
    [['--smtp'], { DIGEST_RECIPIENTS: 'ada' }, 2, 'DIGEST_RECIPIENTS'],
    [['--nonsense'], {}, 2, '--nonsense: is no option of this command'],
    [['--dry-run'], { DIGEST_GATEWAY_URL: 'ftp://x' }, 2, 'DIGEST_GATEWAY_URL: must be an http'],
  ])('%j with %j ends with %d', async (args, settings, code, message) => {
    const end = await started(args, settings).end;
    expect(end.code).toBe(code);
    expect(end.said).toContain(message);
  });
});
