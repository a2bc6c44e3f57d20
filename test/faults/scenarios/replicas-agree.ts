import { agreement } from '../checker/checks.js';
import { History, type StateObservation } from '../checker/history.js';
import { drained } from '../checker/lag.js';
import { archiveFindings, states } from '../checker/verdict.js';
import { Watch } from '../checker/watch.js';
import { senderFor } from '../load/sender.js';
import { finding, type Scenario } from '../scenario.js';

const PATIENCE_MS = 60_000;
/** A burst of events, a restart in the middle of it, and a rest in which all replicas come to the same place. */
const ROUND_S = 20;

/** Replicas fold the same log at their own pace, through restarts with and without a goodbye: at equal positions they are equal. */
export const replicasAgree: Scenario = {
  name: 'replicas-agree',
  about: '3 rankers under load, one restarted every 20 s (SIGTERM and SIGKILL in turn): equal hash at equal positions',
  shape: { ingests: 1, rankers: 3, gateways: 1, settings: { SNAPSHOT_INTERVAL_S: '5' } },
  full: { events: 60_000, seconds: 120 },
  short: { events: 3_000, seconds: 8 },
  async run({ fleet, size, random, label, say }) {
    const history = new History();
    const sender = await senderFor({ fleet, label }, history);
    const observed: StateObservation[] = [];
    const watch = new Watch(async () => {
      const found = await Promise.all(fleet.rankers.map((ranker) => ranker.state()));
      observed.push(...found.flatMap((state) => (state === null || state.phase === 'restoring' ? [] : [state])));
    }, 200);
    const rounds = Math.max(2, Math.round(size.seconds / ROUND_S));
    let restarts = 0;
    let rests = 0;
    try {
      for (let round = 0; round < rounds; round += 1) {
        const events = Math.round(size.events / rounds);
        const sending = sender.send({ events, perSecond: (events * rounds) / size.seconds });
        const victim = fleet.rankers[Math.floor(random() * fleet.rankers.length)]!;
        await (round % 2 === 0 ? victim.kill() : victim.stop());
        victim.start();
        await victim.ready();
        restarts += 1;
        await sending;
        const drain = await drained(fleet, PATIENCE_MS);
        if (drain.done) rests += 1;
        observed.push(...(await states(fleet)));
      }
      await watch.stop();
      const { compared, disagreements } = agreement(observed);
      say(`${restarts} restarts, ${observed.length} states seen, ${rests} of ${rounds} rests with all replicas at the end of the log`);
      return [
        finding(
          'equal hash at equal positions, every time compared',
          `${disagreements.length} disagreements in ${compared} pairs`,
          disagreements.length === 0 && compared >= rounds * 3,
        ),
        finding('all replicas come to the end of the log after each burst', `${rests} of ${rounds}`, rests === rounds),
        ...(await archiveFindings(fleet, history, label)),
      ];
    } finally {
      await watch.stop();
      await sender.close();
    }
  },
};
