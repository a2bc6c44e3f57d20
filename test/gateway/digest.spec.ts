import { makeDigest } from '../../apps/digest/src/make-digest.js';
import { readDigestOptions } from '../../apps/digest/src/digest-options.js';
import { GatewayUnderTest, paper } from './gateway-under-test.js';

const now = Date.parse('2025-10-29T06:00:00Z');

describe('a digest of a real gateway', () => {
  it('is what the gateway says is trending, in its order', async () => {
    const papers = ['2510.00001', '2510.00002', '2510.00003'].map((id) =>
      paper(id, { listedOn: id.endsWith('3') ? '2025-10-20' : '2025-10-28' }),
    );
    await using under = await GatewayUnderTest.start({ papers });
    const site = { name: 'Ours', url: 'https://papers.example.org' };
    const feed = { base: under.url, timeoutMs: 5000, retryMs: [] };
    const trending = await makeDigest(readDigestOptions(['--dry-run'], now), site, feed, now);
    const answer = (await (await fetch(`${under.url}/v1/feeds/trending?period=day&limit=100`)).json()) as {
      items: { paper: { id: string } }[];
    };
    expect(trending.papers.map(({ id }) => id)).toEqual(answer.items.map(({ paper: { id } }) => id));
    expect(trending.papers.length).toBeGreaterThan(0);
    expect(trending.papers[0]!.url).toMatch(/^https:\/\/arxiv\.org\/abs\/2510\.0000\d$/);
    const listed = await makeDigest(readDigestOptions(['--dry-run', '--papers', 'listed'], now), site, feed, now);
    expect(listed.papers.map(({ id }) => id).sort()).toEqual(['2510.00001', '2510.00002']);
  });
});
