/**
 * Hides through one gateway, reads for-you through another one that never saw the hide, echoing only the `Broadsheet-Position` header
 * that the write was answered with. Nothing but the log, the folds of the rankers and `after` can keep the promise here: the memory of
 * the gateway that took the hide, which `hide-then-read` also has on its side, does not help.
 *
 *   npm run bench -- hide-across-gateways [--papers FILE] [--rankers 2] [--broker kafka|embedded]
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Agent, request } from 'undici';
import { firstFeed } from '../scripts/start/first-feed.js';
import { demandPapers, loadPapers, SEED_PAPERS } from '../scripts/start/papers.js';
import { PortBook } from '../scripts/start/ports.js';
import { readerToken } from '../scripts/start/reader-tokens.js';
import { repositoryRoot } from '../scripts/start/repository.js';
import { System } from '../scripts/start/system.js';
import { benchOptions } from './harness/measured-system.js';
import { inParallel, latencies, show } from './promises/figures.js';

const PAIRS = 1_000;
const READERS = 100;
const WIDTH = 8;

interface Feed {
  readonly degraded: readonly string[];
  readonly items: readonly { readonly paper: { readonly id: string } }[];
}

const options = benchOptions();
const files = demandPapers([join(repositoryRoot, SEED_PAPERS), ...options.papers]);
const system = await System.start({
  broker: options.broker as 'auto',
  port: await new PortBook().take(18_080),
  rankers: Math.max(2, Number(options.rankers)),
  gateways: 2,
  dataDir: join(options['data-dir'], 'bench-hide'),
  say: (line) => {
    console.log(line);
  },
  settings: { ACCESS_LOG: 'errors', LOG_LEVEL: 'warn' },
});
const agent = new Agent({ connections: 32 });
try {
  for (const file of files) await loadPapers(system, file);
  await firstFeed(system.url, 60_000);
  const [writes, reads] = [system.url, system.furtherUrls[0]!];
  await firstFeed(reads, 60_000);
  const run = Date.now().toString(36);
  const samples: number[] = [];
  let violations = 0;
  let behind = 0;

  await inParallel(READERS, WIDTH, async (reader) => {
    const authorization = `Bearer ${await readerToken(`bench-hider-${run}-${reader}`, system.secrets.tokens)}`;
    let position: string | undefined;
    const feed = async (): Promise<Feed> => {
      const headers = { authorization, ...(position === undefined ? {} : { 'broadsheet-position': position }) };
      const answer = await request(new URL('/v1/feeds/for-you?limit=50', reads), { headers, dispatcher: agent });
      const body = (await answer.body.json()) as Feed;
      if (answer.statusCode !== 200) throw new Error(`for-you answered ${answer.statusCode}: ${JSON.stringify(body)}`);
      return body;
    };
    let shown = await feed();
    for (let pair = 0; pair < PAIRS / READERS; pair += 1) {
      const victim = shown.items[0]?.paper.id;
      if (victim === undefined) throw new Error(`reader ${reader} has nothing left to hide after ${pair} papers`);
      const sent = performance.now();
      const put = await request(new URL(`/v1/papers/${encodeURIComponent(victim)}/hide`, writes), {
        method: 'PUT',
        headers: { authorization },
        dispatcher: agent,
      });
      await put.body.dump();
      if (put.statusCode >= 300) throw new Error(`hide answered ${put.statusCode}`);
      const given = put.headers['broadsheet-position'];
      if (typeof given !== 'string') throw new Error('a hide must be answered with Broadsheet-Position');
      position = given;
      shown = await feed();
      samples.push(performance.now() - sent);
      if (shown.degraded.length > 0) behind += 1;
      if (shown.items.some(({ paper }) => paper.id === victim)) violations += 1;
    }
  });

  console.log(`hide and read together: ${latencies(samples)}`);
  show(
    `0 violations in ${PAIRS} pairs over two gateways and ${Math.max(2, Number(options.rankers))} rankers`,
    `${violations} violations`,
    violations === 0,
  );
  show('no answer is degraded', `${behind} degraded`, behind === 0);
} finally {
  await agent.close();
  await system.stop();
}
