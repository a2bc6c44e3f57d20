import { setTimeout as sleep } from 'node:timers/promises';
import { archivePositions } from '../checker/evidence.js';
import { stale } from '../checker/checks.js';
import { History } from '../checker/history.js';
import { drained } from '../checker/lag.js';
import { archiveFindings, stateFindings, states } from '../checker/verdict.js';
import { Watch } from '../checker/watch.js';
import { Reaper } from '../fleet/reaper.js';
import { senderFor } from '../load/sender.js';
import { finding, nothing, type Scenario } from '../scenario.js';
import { twoOfEach } from './shapes.js';

const BATCH = 250;
const WIDTH = 4;
/** Part of the events that is sent before anything is harmed, to see how fast it goes. */
const CALM_SHARE = 0.2;
const LAG_LIMIT_MS = 15_000;
/** How long it is waited all the same, so that a miss is a figure. */
const LAG_PATIENCE_MS = 90_000;

/** Owners of the archive and rankers are killed at random while events come in; in the end each event counts once, everywhere. */
export const exactlyOnce: Scenario = {
  name: 'exactly-once',
  about: 'SIGKILL of a random archive owner or ranker every 3 to 7 s under load: nothing lost, nothing doubled',
  shape: twoOfEach,
  full: { events: 200_000, seconds: 120 },
  short: { events: 6_000, seconds: 6 },
  async run({ fleet, size, random, label, say }) {
    const history = new History();
    const before = await states(fleet);
    const sender = await senderFor({ fleet, label }, history, { width: WIDTH, batch: BATCH });
    try {
      const calm = await sender.send({ events: Math.round(size.events * CALM_SHARE) });
      const calmDrain = await drained(fleet, LAG_PATIENCE_MS);
      const eventsPerSecond = calm.events / calm.seconds;
      say(`calm: ${eventsPerSecond.toFixed(0)} events/s accepted; lag 0 after ${(calmDrain.ms / 1000).toFixed(1)} s`);

      const positions = new Watch(() => archivePositions(fleet), 250);
      const pace = Math.min(1, size.seconds / 60); // a short run kills faster, so that there are kills at all
      const reaper = new Reaper({
        victims: [...fleet.ingests, ...fleet.rankers],
        random,
        everyMs: [Math.max(1_500, 3_000 * pace), Math.max(2_500, 7_000 * pace)],
        downMs: 500,
      });
      const events = size.events - calm.events;
      const storm = await Promise.all([
        sender.send({ events, perSecond: events / size.seconds }),
        sleep(size.seconds * 1000).then(() => reaper.stop()),
      ]).then(([sent]) => sent);
      const drain = await drained(fleet, LAG_PATIENCE_MS);
      say(
        `${reaper.kills} kills (${reaper.text}); the last event was accepted after ${storm.seconds.toFixed(1)} s; tries that failed: ${sender.failureText}`,
      );

      return [
        finding(`${size.events} events accepted`, `${history.accepted.size}`, history.accepted.size === size.events),
        ...(await archiveFindings(fleet, history, label)),
        nothing('no archive position ever goes back', stale(await positions.stop())),
        finding(
          'lag 0 within 15 s after',
          `${(drain.ms / 1000).toFixed(1)} s, left: ${drain.left}`,
          drain.done && drain.ms <= LAG_LIMIT_MS,
        ),
        ...(await stateFindings(fleet, before, history.accepted.size)),
        finding('events/s while calm', `${eventsPerSecond.toFixed(0)} accepted/s`, eventsPerSecond > 0),
        finding('something was killed', `${reaper.kills} kills`, reaper.kills > 0),
      ];
    } finally {
      await sender.close();
    }
  },
};
