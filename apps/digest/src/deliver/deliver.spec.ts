import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestPaper } from '../digest.js';
import { feedItem } from '../fixtures/feed-items.js';
import { httpPeer, type Answer } from '../fixtures/http-peer.js';
import { mailPeer } from '../fixtures/mail-peer.js';
import { rendered } from '../make-digest.js';
import { periodOf } from '../period/period.js';
import { writeToDirectory } from './directory.js';
import { RefusedFailure } from './refused.failure.js';
import { smtpTarget } from './smtp.js';
import { webhookTarget } from './webhook.js';

const site = { name: 'Our “papers”', url: 'https://papers.example.org' };
const ready = rendered(
  {
    site,
    period: periodOf('day', '2026-11-23', 'UTC'),
    timeZone: 'UTC',
    selection: 'trending topic=a/b',
    title: 'What is trending: 2026-11-23',
    papers: [digestPaper(feedItem('2611.00001', { title: 'Ünïcode & .\n.dots' }), site.url)],
  },
  'default',
);

const mail = (port: number, changes: { recipients?: string[]; user?: string; timeoutMs?: number } = {}) =>
  smtpTarget({
    name: 'readers',
    url: `smtp://${changes.user === undefined ? '' : `${changes.user}@`}127.0.0.1:${port}`,
    from: 'digest@papers.example.org',
    recipients: changes.recipients ?? ['ada@example.org', 'charles@example.org'],
    timeoutMs: changes.timeoutMs ?? 2000,
  });

const hook = (url: string) => webhookTarget({ name: 'team', url, timeoutMs: 300, retryMs: [5, 5] });

describe('by mail', () => {
  it('is one mail of text and page, to all, who do not see each other', async () => {
    await using server = await mailPeer();
    expect(await mail(server.port, { user: 'us:right' }).deliver(ready)).toBe('mail for 2 of 2 recipients taken');
    expect(server.mails).toHaveLength(1);
    const [{ from, to, source, user }] = server.mails as [(typeof server.mails)[number]];
    expect([from, to, user]).toEqual(['digest@papers.example.org', ['ada@example.org', 'charles@example.org'], 'us']);
    expect(source).not.toContain('ada@example.org');
    expect(source).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(source).toContain(`Message-ID: <${ready.id}@papers.example.org>`);
    expect(source).toContain('text/plain; charset=utf-8');
    expect(source).toContain('text/html; charset=utf-8');
  });

  it('tells how many the server refused, and not whom', async () => {
    await using server = await mailPeer({
      onRcptTo: ({ address }, _, callback) => (address.startsWith('ada') ? callback(new Error('no such user ada')) : callback()),
    });
    expect(await mail(server.port).deliver(ready)).toBe('mail for 1 of 2 recipients taken (1 refused by the server)');
    expect(server.mails[0]?.to).toEqual(['charles@example.org']);
  });

  it.each([
    ['everybody is refused', { onRcptTo: (_a: unknown, _b: unknown, callback: (error: Error) => void) => callback(new Error('ada? no')) }],
    [
      'the mail itself is refused',
      { onMailFrom: (_a: unknown, _b: unknown, callback: (error: Error) => void) => callback(new Error('spam')) },
    ],
  ])('is refused, and surely not sent, where %s', async (_, options) => {
    await using server = await mailPeer(options);
    const sent = mail(server.port).deliver(ready);
    await expect(sent).rejects.toThrow(RefusedFailure);
    await expect(sent).rejects.not.toThrow(/ada|spam|example\.org/);
    expect(server.mails).toEqual([]);
  });

  it('is refused where the password is wrong or nobody listens, without a word of the password', async () => {
    let port: number;
    {
      await using server = await mailPeer();
      ({ port } = server);
      const sent = mail(port, { user: 'us:wrong-password' }).deliver(ready);
      await expect(sent).rejects.toThrow(RefusedFailure);
      await expect(sent).rejects.not.toThrow(/wrong-password/);
    }
    await expect(mail(port).deliver(ready)).rejects.toThrow(RefusedFailure);
  });

  it('may have arrived where the server goes away after it has the mail', async () => {
    const server = createServer((socket) => {
      socket.write('220 test\r\n');
      socket.on('error', () => undefined);
      let inData = false;
      socket.on('data', (chunk) => {
        const text = chunk.toString();
        if (inData) return text.endsWith('\r\n.\r\n') ? void socket.destroy() : undefined;
        if (/^DATA/.test(text)) inData = true;
        socket.write(inData ? '354 go on\r\n' : '250 ok\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const sent = mail((server.address() as AddressInfo).port).deliver(ready);
      await expect(sent).rejects.toThrow();
      await expect(sent).rejects.not.toThrow(RefusedFailure);
    } finally {
      server.close();
    }
  });
});

describe('by webhook', () => {
  it('is a JSON POST that Slack shows, with a key to know a second one by', async () => {
    await using peer = await httpPeer(() => ({ status: 200 }));
    expect(await hook(`${peer.base}/hooks/secret`).deliver(ready)).toBe('webhook answered 200');
    const [{ method, headers, body }] = peer.heard as [(typeof peer.heard)[number]];
    expect([method, headers['content-type'], headers['idempotency-key']]).toEqual(['POST', 'application/json', ready.id]);
    expect(JSON.parse(body)).toMatchObject({ id: ready.id, period: { key: '2026-11-23' }, papers: [{ id: '2611.00001' }] });
    expect((JSON.parse(body) as { text: string }).text).toContain('2611.00001|Ünïcode &amp; . .dots>');
  });

  it('is tried again where it was surely not taken', async () => {
    await using peer = await httpPeer((_, count) => (count < 3 ? { status: count === 1 ? 429 : 503 } : { status: 204 }));
    expect(await hook(peer.base).deliver(ready)).toBe('webhook answered 204');
    expect(new Set(peer.heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it.each<[string, Answer, number, string]>([
    ['no access', { status: 403 }, 1, 'it answered 403, 1 tries'],
    ['a server that stays away', { status: 500 }, 3, 'it answered 500, 3 tries'],
    ['a redirect, which is not followed', { status: 307, location: 'http://127.0.0.1:1/' }, 1, 'it answered 307'],
  ])('is refused by %s', async (_, answer, times, message) => {
    await using peer = await httpPeer(() => answer);
    const sent = hook(`${peer.base}/hooks/secret`).deliver(ready);
    await expect(sent).rejects.toThrow(RefusedFailure);
    await expect(sent).rejects.toThrow(message);
    await expect(sent).rejects.not.toThrow(/secret/);
    expect(peer.heard).toHaveLength(times);
  });

  it('is refused where nobody listens', async () => {
    let base: string;
    {
      await using peer = await httpPeer(() => ({ status: 200 }));
      ({ base } = peer);
    }
    await expect(hook(base).deliver(ready)).rejects.toThrow(RefusedFailure);
  });

  it.each<Answer>(['silence', 'hang up'])('may have arrived, and is not tried again, after %s', async (answer) => {
    await using peer = await httpPeer(() => answer);
    const sent = hook(peer.base).deliver(ready);
    await expect(sent).rejects.toThrow('no answer within 300 ms, or the connection broke');
    await expect(sent).rejects.not.toThrow(RefusedFailure);
    expect(peer.heard).toHaveLength(1);
  });
});

describe('to a folder', () => {
  it('is three files, the same again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'digest-'));
    try {
      const written = await writeToDirectory(join(folder, 'new'), ready);
      expect(await writeToDirectory(join(folder, 'new'), ready)).toEqual(written);
      expect((await readdir(join(folder, 'new'))).sort()).toEqual(
        ['html', 'json', 'txt'].map((ending) => `trending-topic-a-b-2026-11-23.${ending}`),
      );
      expect(await readFile(written[0]!, 'utf8')).toBe(ready.text);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
