import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import 'reflect-metadata';
import { until } from '#test-support/until';
import { brokers, upvote, World } from '../apps/ranker/src/fixtures/world.js';
import { compareReplicas } from '../apps/ranker/src/agreement/compare-replicas.js';

jest.setTimeout(60_000);

describe.each(brokers)('replicas over the %s log', (broker) => {
  it('have equal hashes at equal positions, compared again and again under load, one of them begun in the middle', async () => {
    await using world = await World.create(broker);
    await world.papers(30);
    const rankers = [await world.ready(), await world.ready()];
    let sending = true;
    let sent = 0;
    const load = (async () => {
      for (; sending; sent += 20) {
        await world.interactions(
          Array.from({ length: 20 }, (_, n) => [`n${(sent + n) % 23}`, upvote(world.paper((sent * 7 + n) % 30))] as const),
        );
        // All of it shares this process's event loop: load without a pause would outrun the fold of the replica that begins in the middle.
        await sleep(10);
      }
    })();
    try {
      const urls = (): string[] => rankers.map(({ adminUrl }) => adminUrl);
      const totals: bigint[] = [];
      for (let round = 0; round < 10; round += 1) {
        // Under load something always waits: a replica that had to find nothing waiting might never be ready.
        if (round === 4) rankers.push(await world.ready({ READY_LAG_RECORDS: '1000' }));
        const { positions, missing, hashes, agree } = await compareReplicas(urls());
        expect({ missing, agree, compared: hashes.size }).toEqual({ missing: [], agree: true, compared: rankers.length });
        const sentBefore = sent;
        await until('more was sent', () => sent >= sentBefore + 60);
        totals.push(Object.values(positions).reduce((sum, next) => sum + BigInt(next), 0n));
      }
      expect(new Set(totals).size).toBeGreaterThan(5); // the log went on between the comparisons
    } finally {
      sending = false;
      await load;
    }
    // Nobody is left standing at a barrier.
    await until('the replicas have folded everything', async () => {
      const states = await Promise.all(rankers.map((ranker) => ranker.state()));
      return new Set(states.map(({ hash, positions }) => hash + JSON.stringify(positions))).size === 1;
    });
  });
});
