import { setTimeout as sleep } from 'node:timers/promises';
import { History } from '../checker/history.js';
import { drained } from '../checker/lag.js';
import { archiveFindings, stateFindings, states } from '../checker/verdict.js';
import { senderFor } from '../load/sender.js';
import { finding, type Scenario } from '../scenario.js';

const PATIENCE_MS = 90_000;
/** Between kill and restart: at once, and long enough for every client to notice. */
const AWAY_MS = [0, 10_000];

/** kill -9 of the only broker under load. Until it is back, events are refused; what was accepted stays. */
export const brokerLoss: Scenario = {
  name: 'broker-loss',
  about: 'kill -9 and restart of the broker, at once and after 10 s: nothing accepted is lost, all recover by themselves',
  shape: { ingests: 2, rankers: 2, gateways: 1 },
  full: { events: 30_000, seconds: 60 },
  short: { events: 3_000, seconds: 6 },
  async run({ fleet, size, label, say }) {
    const history = new History();
    const before = await states(fleet);
    const sender = await senderFor({ fleet, label }, history);
    try {
      const sending = sender.send({ events: size.events, perSecond: size.events / size.seconds });
      const pause = (size.seconds * 1000) / (AWAY_MS.length + 1);
      const away = size.seconds >= 30 ? AWAY_MS : AWAY_MS.slice(0, 1);
      for (const ms of away) {
        await sleep(pause);
        await fleet.stores.broker.kill();
        await sleep(ms);
        await fleet.stores.broker.start();
      }
      const up = performance.now();
      await sending;
      const drain = await drained(fleet, PATIENCE_MS);
      await fleet.ready();
      const took = (performance.now() - up) / 1000;
      say(
        `${away.length} kills; all events accepted and applied ${took.toFixed(1)} s after the broker was back; tries that failed: ${sender.failureText}`,
      );
      return [
        finding(`${size.events} events accepted`, `${history.accepted.size}`, history.accepted.size === size.events),
        ...(await archiveFindings(fleet, history, label)),
        finding(
          'all services recover by themselves',
          `lag 0 after ${(drain.ms / 1000).toFixed(1)} s, left: ${drain.left}; all ready`,
          drain.done,
        ),
        ...(await stateFindings(fleet, before, history.accepted.size)),
      ];
    } finally {
      await fleet.stores.broker.start();
      await sender.close();
    }
  },
};
