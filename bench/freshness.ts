/**
 * How long it takes until an action counts, while 500 events a second come in: from an upvote until the trending feed shows it, and from a
 * save until the for-you of its reader no longer shows the paper, since it brings nothing that was read. All of it is sent at its time, whether the
 * last answer came or not; votes are timed from when they should have been sent, and nobody else votes. Also the lag of all consumers meanwhile.
 *
 *   npm run bench -- freshness [--seconds 90] [--rate 500] [--probes 5] [--rankers 1] [--broker kafka|embedded]
 *
 * --rate: background events a second. --probes: votes a second of each kind; 90 s at 5/s are 450 samples of each.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withoutLimits } from '../scripts/start/environment.js';
import { firstFeed } from '../scripts/start/first-feed.js';
import { demandPapers, loadPapers, SEED_PAPERS } from '../scripts/start/papers.js';
import { PortBook } from '../scripts/start/ports.js';
import { developmentTokens } from '../scripts/start/reader-tokens.js';
import { repositoryRoot } from '../scripts/start/repository.js';
import { System } from '../scripts/start/system.js';
import { Background } from './freshness/background.js';
import { LagSamples } from './freshness/lag-samples.js';
import { atEvenPace } from './freshness/pace.js';
import { Client, type Feed } from './promises/client.js';
import { latencies, percentile, show, sleep } from './promises/figures.js';

const USAGE = 'freshness [--seconds 90] [--rate 500] [--probes 5] [--rankers 1] [--broker kafka|embedded] [--data-dir .data]';
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '90' },
    rate: { type: 'string', default: '500' },
    probes: { type: 'string', default: '5' },
    rankers: { type: 'string', default: '1' },
    broker: { type: 'string', default: 'kafka' },
    'data-dir': { type: 'string', default: '.data' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const whole = (name: 'seconds' | 'rate' | 'probes' | 'rankers'): number => {
  const number = Number(options[name]);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} must be a whole number of 1 or more, not ${options[name]}`);
  return number;
};
const [seconds, rate, probes] = [whole('seconds'), whole('rate'), whole('probes')];

const PATIENCE_MS = 30_000;
const POLL_MS = 10;
const WITHIN_MS = 2_000;
/** Fewer say little of a 99th percentile. */
const ENOUGH = 300;

interface Vote {
  readonly paper: string;
  /** Votes that the feed shows once this one counts. */
  readonly count: number;
  readonly due: number;
}

const system = await System.start({
  broker: options.broker as 'auto',
  port: await new PortBook().take(18_080),
  rankers: whole('rankers'),
  dataDir: join(options['data-dir'], 'bench-freshness'),
  say: (line) => {
    console.log(line);
  },
  settings: { ...withoutLimits, LOG_LEVEL: 'warn' },
});
const client = new Client({ gateway: system.url, tokenSecret: system.secrets.tokens, ...developmentTokens });
const run = Date.now().toString(36);

const trending = async (): Promise<Feed> => (await client.call<Feed>('GET', '/v1/feeds/trending?period=all&limit=100')).body;

const upvote = async (paper: string, subject: string): Promise<void> => {
  const { status, body } = await client.call('PUT', `/v1/papers/${encodeURIComponent(paper)}/upvote`, { subject });
  if (status >= 300) throw new Error(`a vote was answered ${status}: ${JSON.stringify(body)}`);
};

/** Votes for the papers in turn, each by another reader; one poller looks which of them the feed shows. */
const untilTrending = async (papers: readonly string[]): Promise<readonly number[]> => {
  const counts = new Map((await trending()).items.map(({ paper, upvotes }) => [paper.id, upvotes]));
  const waiting = new Set<Vote>();
  const samples: number[] = [];
  let sending = true;
  const polling = (async () => {
    while (sending || waiting.size > 0) {
      const feed = await trending();
      const shown = new Map(feed.items.map(({ paper, upvotes }) => [paper.id, upvotes]));
      const now = performance.now();
      for (const vote of waiting) {
        const isShown = (shown.get(vote.paper) ?? 0) >= vote.count;
        if (isShown) samples.push(now - vote.due);
        if (!isShown && now - vote.due > PATIENCE_MS) throw new Error(`a vote for ${vote.paper} is not visible after 30 s`);
        if (isShown) waiting.delete(vote);
      }
      await sleep(POLL_MS);
    }
  })();
  const voting = atEvenPace(seconds * probes, probes, async (turn, due) => {
    const paper = papers[turn % papers.length]!;
    const count = (counts.get(paper) ?? 0) + 1;
    counts.set(paper, count);
    waiting.add({ paper, count, due });
    await upvote(paper, `fresh-voter-${run}-${turn}`);
  });
  await Promise.all([polling, voting.finally(() => (sending = false))]);
  return samples;
};

const forYou = async (subject: string): Promise<Feed> => {
  const { status, body } = await client.call<Feed>('GET', '/v1/feeds/for-you?limit=50', { subject });
  if (status !== 200) throw new Error(`for-you was answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

/** Another reader each time saves what the own feed shows first, and asks again until the feed knows: it brings nothing that was read. */
const untilForYou = async (): Promise<readonly number[]> => {
  const samples: number[] = [];
  await atEvenPace(seconds * probes, probes, async (turn) => {
    const subject = `fresh-reader-${run}-${turn}`;
    const paper = (await forYou(subject)).items[0]?.paper.id;
    if (paper === undefined) throw new Error('for-you is empty');
    const began = performance.now();
    // A save and no vote: votes are what trending is measured by, and nobody else may vote.
    const { status } = await client.call('PUT', `/v1/papers/${encodeURIComponent(paper)}/save`, { subject });
    if (status >= 300) throw new Error(`a save was answered ${status}`);
    for (;;) {
      const { items, degraded } = await forYou(subject);
      if (degraded.length === 0 && items.every((item) => item.paper.id !== paper)) break;
      if (performance.now() - began > PATIENCE_MS) throw new Error(`a save of ${paper} changed nothing within 30 s`);
      await sleep(POLL_MS);
    }
    samples.push(performance.now() - began);
  });
  return samples;
};

try {
  for (const file of demandPapers([join(repositoryRoot, SEED_PAPERS)])) await loadPapers(system, file);
  await firstFeed(system.url, 60_000);
  const papers = (await trending()).items.map(({ paper }) => paper.id);
  const background = new Background(client, { perSecond: rate, papers, label: run });
  const lag = new LagSamples(system.running);
  await sleep(3_000);
  const [votes, saves] = await Promise.all([untilTrending(papers), untilForYou()]);
  const sent = await background.stop();
  const lags = await lag.stop();
  console.log(
    `        background: ${sent.accepted} events accepted in ${sent.seconds.toFixed(0)} s = ${(sent.accepted / sent.seconds).toFixed(0)}/s, ${sent.failed} batches failed; answered ${latencies(sent.answers)}`,
  );
  for (const [consumer, samples] of lags)
    console.log(
      `        lag of ${consumer}: p50 ${percentile(samples, 50).toFixed(2)} s, p99 ${percentile(samples, 99).toFixed(2)} s, max ${Math.max(...samples).toFixed(2)} s`,
    );
  show(
    `${rate} events/s are accepted meanwhile`,
    `${(sent.accepted / sent.seconds).toFixed(0)}/s`,
    sent.accepted / sent.seconds >= rate * 0.98 && sent.failed === 0,
  );
  const fresh = (samples: readonly number[]): boolean => samples.length >= ENOUGH && percentile(samples, 99) <= WITHIN_MS;
  show('an upvote is visible in trending in p99 <= 2 s', latencies(votes), fresh(votes));
  show('an action is visible in for-you in p99 <= 2 s', latencies(saves), fresh(saves));
} finally {
  await client.close();
  await system.stop();
}
