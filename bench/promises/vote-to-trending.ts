/**
 * How long until an upvote shows in the trending feed: from before the request is sent until an anonymous GET of
 * `/v1/feeds/trending` shows the higher count. Every vote is another reader's first, and nobody else may vote meanwhile
 * (`npm start -- --no-simulation`): a stranger's vote for the same paper would end the wait early.
 *
 *   npm run bench -- vote-to-trending [--votes 200] [--gateway URL]
 */
import { performance } from 'node:perf_hooks';
import { Client, readTarget, type Feed } from './client.js';
import { latencies, percentile, show, sleep } from './figures.js';

const { target, numbers } = readTarget('vote-to-trending [--votes 200] [--gateway URL] [--token-secret S]', { votes: 200 });
const client = new Client(target);
const run = Date.now().toString(36);

const trending = async (): Promise<Feed> => (await client.call<Feed>('GET', '/v1/feeds/trending?limit=100')).body;
const countOf = (feed: Feed, id: string): number => feed.items.find(({ paper }) => paper.id === id)?.upvotes ?? 0;

const papers = (await trending()).items.map(({ paper }) => paper.id);
const votesOf = (feed: Feed): number => feed.items.reduce((sum, { upvotes }) => sum + upvotes, 0);
const QUIET_MS = 3_000;
const votesBefore = votesOf(await trending());
await sleep(QUIET_MS);
if (votesOf(await trending()) !== votesBefore) {
  throw new Error('somebody else is voting: start the system with --no-simulation, or the figures would flatter');
}
const samples: number[] = [];
for (let vote = 0; vote < numbers.votes; vote++) {
  const id = papers[vote % papers.length]!;
  const before = countOf(await trending(), id);
  const sent = performance.now();
  const put = await client.call('PUT', `/v1/papers/${encodeURIComponent(id)}/upvote`, { subject: `bench-voter-${run}-${vote}` });
  if (put.status >= 300) throw new Error(`vote answered ${put.status}: ${JSON.stringify(put.body)}`);
  while (countOf(await trending(), id) <= before) {
    if (performance.now() - sent > 30_000) throw new Error(`vote ${vote} for ${id} is not visible after 30 s`);
    await sleep(10);
  }
  samples.push(performance.now() - sent);
}
show('an upvote is visible in trending in p99 <= 2 s', latencies(samples), percentile(samples, 99) <= 2_000);
await client.close();
