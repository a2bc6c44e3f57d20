import { digestPaper, type Digest } from '../digest.js';
import { feedItem } from '../fixtures/feed-items.js';
import { periodOf } from '../period/period.js';
import { webhookBody } from '../deliver/webhook.js';
import { digestHtml } from './html.js';
import { digestJsonFeed } from './json-feed.js';
import { digestText } from './text.js';

const site = { name: 'Our papers', url: 'https://papers.example.org' };

const digestOf = (...items: ReturnType<typeof feedItem>[]): Digest => ({
  site,
  period: periodOf('week', '2026-11-17', 'UTC'),
  timeZone: 'UTC',
  selection: 'trending',
  title: 'What is trending: week 2026-W47',
  papers: items.map((item) => digestPaper(item, site.url)),
});

/** What strangers may write. */
const hostile = feedItem(
  '2611.00001',
  {
    title: '<script>alert(1)</script> & "quotes" <https://evil.example|click>\r\nBcc: all@example.org\u202e',
    abstract: `<img src=x onerror='alert(2)'>${'long '.repeat(300)}`,
    authors: ['<b>Eve</b>', 'B', 'C', 'D'],
    authorCount: 664,
    organization: { name: 'A & B <i>' },
    links: { self: '/v1/papers/2611.00001', arxiv: 'javascript:alert(3)', code: 'data:text/html,<script>' },
  },
  { upvotes: 1, comments: 2, reasons: [{ text: '<u>because</u>' }] },
);

describe('a digest in every form', () => {
  it('as text: every paper with its place, counts, reason and address', () => {
    expect(
      digestText(
        digestOf(feedItem('2611.00002'), feedItem('2611.00003', { links: { self: '/x', arxiv: 'https://arxiv.org/abs/2611.00003' } })),
      ),
    ).toBe(
      `Our papers: What is trending: week 2026-W47
2026-11-16 to 2026-11-22, UTC

1. Paper 2611.00002
   Ada Lovelace, Charles Babbage
   3 upvotes · rising: 3 votes in the last 3 hours
   https://papers.example.org/v1/papers/2611.00002

2. Paper 2611.00003
   Ada Lovelace, Charles Babbage
   3 upvotes · rising: 3 votes in the last 3 hours
   https://arxiv.org/abs/2611.00003

https://papers.example.org
`,
    );
  });

  it('as text has no line of a stranger, and none that is longer than mail likes', () => {
    const lines = digestText(digestOf(hostile)).split('\n');
    expect(lines.some((line) => line.startsWith('Bcc'))).toBe(false);
    expect(lines.filter((line) => line.length > 78 && !line.includes('https://'))).toEqual([]);
  });

  it('as a page: nothing of a stranger is markup, nothing is asked of anybody', () => {
    const html = digestHtml(digestOf(hostile));
    expect(html).not.toMatch(/<(script|img|b|i|u)\b/);
    expect(html).not.toMatch(/javascript:|data:|<[^>]*\s(src|on\w+)=|@import|url\(/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;');
    expect(html).toContain('href="https://papers.example.org/v1/papers/2611.00001"');
    expect(html).not.toContain('\u202e');
    expect(html).toContain('and 661 more');
  });

  it('as a page: a language, one heading of each rank in order, light and dark', () => {
    const html = digestHtml(digestOf(feedItem('a'), feedItem('b')));
    expect(html).toContain('<html lang="en">');
    expect([...html.matchAll(/<h(\d)/g)].map(([, rank]) => rank)).toEqual(['1', '2', '2']);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('<main>');
  });

  it('texts have a contrast of at least 7 to 1, by day and by night', () => {
    const style = /<style>([^]*)<\/style>/.exec(digestHtml(digestOf()))![1]!;
    const [day, night] = style.split('@media') as [string, string];
    for (const [part, ground] of [
      [day, '#ffffff'],
      [night, '#121212'],
    ] as const)
      for (const [, colour] of part.matchAll(/(?<!ground:)(?<!-)color:(#[0-9a-f]{6})/g))
        expect(contrast(colour!, ground)).toBeGreaterThanOrEqual(7);
  });

  it('as JSON Feed: the members that the format asks for', () => {
    const feed = JSON.parse(digestJsonFeed(digestOf(hostile, feedItem('b', { publishedAt: '2026-11-20' })))) as {
      items: { id: string; url: string; content_text: string; date_published: string }[];
    };
    expect(feed).toMatchObject({ version: 'https://jsonfeed.org/version/1.1', title: 'Our papers: What is trending: week 2026-W47' });
    expect(feed.items).toHaveLength(2);
    for (const item of feed.items) {
      expect(item.id).toEqual(expect.any(String));
      expect(item.url).toMatch(/^https:/);
      expect(item.content_text).toEqual(expect.any(String));
      expect(new Date(item.date_published).toISOString()).toBe(item.date_published);
    }
  });

  it('as Slack takes it: no link and no command of a stranger', () => {
    const { text, papers } = JSON.parse(webhookBody({ digest: digestOf(hostile), id: 'x' })) as { text: string; papers: unknown[] };
    expect(text).toContain(
      '<https://papers.example.org/v1/papers/2611.00001|&lt;script&gt;alert(1)&lt;/script&gt; &amp; "quotes" &lt;https://evil.example¦click&gt;',
    );
    expect(text.split('\n')).toHaveLength(2);
    expect(papers).toHaveLength(1);
  });

  it('says so where there is no paper', () => {
    expect(digestText(digestOf())).toContain('No paper.');
    expect(digestHtml(digestOf())).toContain('No paper.');
  });
});

const luminance = (colour: string): number => {
  const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r, g, b] = channels.map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};
