import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../../bench/promises/figures.js';
import { Balancer } from '../load/balancer.js';
import { failuresText, FeedLoad } from '../load/feed-load.js';
import { finding, type Scenario } from '../scenario.js';

const RESTARTS = 20;
const EXIT_LIMIT_MS = 10_000;
const SEEN_LIMIT_MS = 10_000;

/** Gateways and rankers are told to stop, one after the other, while requests go on. */
export const gracefulStop: Scenario = {
  name: 'graceful-stop',
  about: '20 rolling restarts (SIGTERM) of gateways and rankers under 500 requests/s: no request fails, each is gone within 10 s',
  shape: { ingests: 1, rankers: 2, gateways: 2 },
  /** `events`: requests a second. `seconds`: how long it may take. */
  full: { events: 500, seconds: 240 },
  short: { events: 50, seconds: 12 },
  async run({ fleet, size, say }) {
    const balancer = new Balancer(fleet.gateways);
    const load = await FeedLoad.start({
      pick: () => balancer.pick(),
      tokenSecret: fleet.secrets.tokens,
      perSecond: size.events,
      personalShare: 0.2,
    });
    const exits: { readonly name: string; readonly ms: number; readonly why: string }[] = [];
    const wanted = size.seconds < 60 ? 2 : RESTARTS;
    const victims = [fleet.gateways[0]!, fleet.rankers[0]!, fleet.gateways[1]!, fleet.rankers[1]!];
    try {
      await sleep(1_000);
      for (let turn = 0; turn < wanted; turn += 1) {
        const victim = victims[turn % victims.length]!;
        const { ms, death } = await victim.stop();
        exits.push({ name: victim.name, ms, why: death.why });
        victim.start();
        await victim.ready();
        const seen = performance.now() + SEEN_LIMIT_MS;
        while (fleet.gateways.includes(victim) && !balancer.uses(victim) && performance.now() < seen) await sleep(50);
        await sleep(500); // gateways find a ranker that is back by asking it now and then
      }
    } finally {
      balancer.stop();
    }
    const tally = await load.stop();
    const longest = Math.max(...exits.map(({ ms }) => ms));
    const unclean = exits.filter(({ why }) => why !== 'exit code 0');
    say(
      `${tally.total} requests, ${tally.degraded} degraded; p50 ${percentile(tally.latenciesMs, 50).toFixed(1)} ms, p99 ${percentile(tally.latenciesMs, 99).toFixed(1)} ms`,
    );
    return [
      finding(
        '0 failed requests',
        `${tally.total - tally.ok} of ${tally.total} (${failuresText(tally)})`,
        tally.total === tally.ok && tally.total > 0,
      ),
      finding(
        `${wanted} exits within 10 s`,
        `the longest ${(longest / 1000).toFixed(1)} s, mean ${(exits.reduce((sum, { ms }) => sum + ms, 0) / exits.length / 1000).toFixed(1)} s`,
        longest <= EXIT_LIMIT_MS && exits.length === wanted,
      ),
      finding('every process ends with code 0', unclean.map(({ name, why }) => `${name} ${why}`).join(', ') || 'all', unclean.length === 0),
    ];
  },
};
