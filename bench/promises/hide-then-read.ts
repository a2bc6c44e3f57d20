/**
 * A paper that a reader hides is absent from that reader's very next for-you answer.
 *
 *   npm run bench -- hide-then-read [--pairs 1000] [--readers 100] [--width 8] [--gateway URL]
 */
import { performance } from 'node:perf_hooks';
import { Client, readTarget, type Feed } from './client.js';
import { inParallel, latencies, show } from './figures.js';

const { target, numbers } = readTarget('hide-then-read [--pairs 1000] [--readers 100] [--width 8] [--gateway URL]', {
  pairs: 1000,
  readers: 100,
  width: 8,
});
const client = new Client(target);
const run = Date.now().toString(36);
const latency: number[] = [];
let violations = 0;
let degraded = 0;

/** Each reader's pairs run one after another, as one person would; readers run side by side. */
await inParallel(numbers.readers, numbers.width, async (reader) => {
  const subject = `bench-hider-${run}-${reader}`;
  const pairs = Math.floor(numbers.pairs / numbers.readers) + (reader < numbers.pairs % numbers.readers ? 1 : 0);
  const feed = async (): Promise<Feed> => {
    const answer = await client.call<Feed>('GET', '/v1/feeds/for-you?limit=50', { subject });
    if (answer.status !== 200) throw new Error(`for-you answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  let shown = await feed();
  for (let pair = 0; pair < pairs; pair++) {
    const victim = shown.items[0]?.paper.id;
    if (victim === undefined)
      throw new Error(`reader ${reader} has nothing left to hide after ${pair} papers: load more papers or use more readers`);
    const sent = performance.now();
    const put = await client.call('PUT', `/v1/papers/${encodeURIComponent(victim)}/hide`, { subject });
    if (put.status >= 300) throw new Error(`hide answered ${put.status}: ${JSON.stringify(put.body)}`);
    shown = await feed();
    latency.push(performance.now() - sent);
    if (shown.degraded.length > 0) degraded++;
    if (shown.items.some(({ paper }) => paper.id === victim)) violations++;
  }
});
console.log(`hide and read together: ${latencies(latency)}; ${degraded} answers degraded`);
show(`0 violations in ${numbers.pairs} hide-then-read pairs`, `${violations} violations`, violations === 0);
await client.close();
