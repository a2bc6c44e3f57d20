import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { History } from '../checker/history.js';
import { drained } from '../checker/lag.js';
import { archiveFindings, stateFindings, states } from '../checker/verdict.js';
import { senderFor } from '../load/sender.js';
import { finding, type Scenario } from '../scenario.js';

const MINUTE_MS = 60_000;
/** Ahead, behind, further ahead than the broker takes records for (an hour), and right again. */
const JUMPS_MS = [30 * MINUTE_MS, -30 * MINUTE_MS, 120 * MINUTE_MS, 0];
const PATIENCE_MS = 60_000;

/** The clock of one ingest jumps while events come in, and the other one's does not. */
export const clockJump: Scenario = {
  name: 'clock-jump',
  about: "one ingest's clock jumps half an hour ahead, behind, two hours ahead and back: nothing lost, doubled or reordered",
  shape: { ingests: 2, rankers: 2, gateways: 1, preload: ['shifted-clock'] },
  full: { events: 20_000, seconds: 40 },
  short: { events: 2_000, seconds: 4 },
  async run(run) {
    const { fleet, size, label, say } = run;
    const history = new History();
    const before = await states(fleet);
    const sender = await senderFor(run, history);
    try {
      const sending = sender.send({ events: size.events, perSecond: size.events / size.seconds });
      for (const jump of JUMPS_MS) {
        await sleep((size.seconds * 1000) / (JUMPS_MS.length + 1));
        writeFileSync(fleet.clockFile('ingest-0'), String(jump));
      }
      await sending;
      const drain = await drained(fleet, PATIENCE_MS);
      await fleet.ready();
      say(`tries that failed: ${sender.failureText}`);
      return [
        finding(`${size.events} events accepted`, `${history.accepted.size}`, history.accepted.size === size.events),
        ...(await archiveFindings(fleet, history, label)),
        ...(await stateFindings(fleet, before, history.accepted.size)),
        finding('lag 0 and all ready afterwards', `${(drain.ms / 1000).toFixed(1)} s, left: ${drain.left}`, drain.done),
      ];
    } finally {
      writeFileSync(fleet.clockFile('ingest-0'), '0');
      await sender.close();
    }
  },
};
