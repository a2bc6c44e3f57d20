import { setTimeout as sleep } from 'node:timers/promises';
import { History } from '../checker/history.js';
import { drained } from '../checker/lag.js';
import { archiveFindings, stateFindings, states } from '../checker/verdict.js';
import type { FleetStores } from '../fleet/fleet-stores.js';
import { senderFor } from '../load/sender.js';
import { finding, type Scenario } from '../scenario.js';

const PATIENCE_MS = 90_000;
const HELD_MS = 5_000;

/** What lies between a kill and the return of the broker. */
const losses: readonly { readonly how: string; readonly comeBack: (stores: FleetStores) => Promise<void> }[] = [
  { how: 'back at once', comeBack: (stores) => stores.broker.start() },
  {
    how: 'back after 10 s, when every client has noticed',
    comeBack: async (stores) => {
      await sleep(10_000);
      await stores.broker.start();
    },
  },
  {
    how: 'its data folder held by another process for 5 s',
    comeBack: async (stores) => {
      const other = await stores.holdBrokerFolder();
      const back = stores.broker.start(); // waits for the folder
      await sleep(HELD_MS);
      await other.end();
      await back;
    },
  },
];

/** kill -9 of the only broker under load. Until it is back, events are refused; what was accepted stays. */
export const brokerLoss: Scenario = {
  name: 'broker-loss',
  about: 'kill -9 and restart of the broker, at once, after 10 s, and with its data folder in use: nothing accepted is lost, all recover',
  shape: { ingests: 2, rankers: 2, gateways: 1 },
  full: { events: 30_000, seconds: 60 },
  short: { events: 3_000, seconds: 6 },
  async run({ fleet, size, label, say }) {
    const history = new History();
    const before = await states(fleet);
    const sender = await senderFor({ fleet, label }, history);
    try {
      const sending = sender.send({ events: size.events, perSecond: size.events / size.seconds });
      const suffered = size.seconds >= 30 ? losses : losses.slice(0, 1);
      const pause = (size.seconds * 1000) / (suffered.length + 1);
      for (const { how, comeBack } of suffered) {
        await sleep(pause);
        await fleet.stores.broker.kill();
        const killed = performance.now();
        await comeBack(fleet.stores);
        say(`killed; ${how}: up again after ${((performance.now() - killed) / 1000).toFixed(1)} s`);
      }
      const up = performance.now();
      await sending;
      const drain = await drained(fleet, PATIENCE_MS);
      await fleet.ready();
      const took = (performance.now() - up) / 1000;
      say(
        `${suffered.length} kills; all events accepted and applied ${took.toFixed(1)} s after the broker was back; tries that failed: ${sender.failureText}`,
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
