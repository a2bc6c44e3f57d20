/**
 * Two readers with different histories get different for-you feeds, every item says why it is there, and with `explain` the
 * contributions add up to the score.
 *
 *   npm run bench -- personal-feeds [--gateway URL]
 */
import { Client, readTarget, type Feed } from './client.js';
import { show, sleep } from './figures.js';

const { target } = readTarget('personal-feeds [--gateway URL]', {});
const client = new Client(target);
const run = Date.now().toString(36);
const SHOWN = 10;
const TOLERANCE = 1e-3;

interface Found {
  readonly items: readonly { readonly paper: { readonly id: string; readonly title: string } }[];
}

const readerOf = async (query: string): Promise<{ subject: string; feed: Feed }> => {
  const subject = `bench-reader-${query.replaceAll(' ', '-')}-${run}`;
  const found = await client.call<Found>('GET', `/v1/papers?query=${encodeURIComponent(query)}&limit=6`);
  for (const { paper } of found.body.items) {
    await client.call('PUT', `/v1/papers/${encodeURIComponent(paper.id)}/save`, { subject });
  }
  await sleep(200);
  const answer = await client.call<Feed>('GET', `/v1/feeds/for-you?limit=${SHOWN}&explain=true`, { subject });
  console.log(`\na reader who saved ${found.body.items.length} papers on "${query}" is shown`);
  for (const item of answer.body.items)
    console.log(`  ${item.score.toFixed(3)}  ${item.paper.title.slice(0, 70)}  [${item.reasons.map(({ text }) => text).join('; ')}]`);
  return { subject, feed: answer.body };
};

const one = await readerOf('video diffusion');
const other = await readerOf('long context language model');
const ids = (feed: Feed): string[] => feed.items.map(({ paper }) => paper.id);
const common = ids(one.feed).filter((id) => ids(other.feed).includes(id)).length;
console.log('');
show(
  `different histories, different feeds (top ${SHOWN})`,
  `${common} of ${SHOWN} in common`,
  common < SHOWN && ids(one.feed)[0] !== undefined,
);

const items = [...one.feed.items, ...other.feed.items];
const unexplained = items.filter(({ reasons }) => reasons.length === 0).length;
show('every item says why it is there', `${unexplained} of ${items.length} without a reason`, unexplained === 0 && items.length > 0);

const off = items.filter(({ contributions, baseline, score }) => {
  if (contributions === undefined || baseline === undefined) return true;
  return Math.abs(baseline + Object.values(contributions).reduce((sum, part) => sum + part, 0) - score) > TOLERANCE;
}).length;
show(`contributions add up to the score within ${TOLERANCE}`, `${off} of ${items.length} off`, off === 0);
await client.close();
