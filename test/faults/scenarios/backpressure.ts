import { setTimeout as sleep } from 'node:timers/promises';
import { History } from '../checker/history.js';
import { drained, lags } from '../checker/lag.js';
import { archiveFindings } from '../checker/verdict.js';
import { MemoryWatch } from '../fleet/memory-watch.js';
import { senderFor } from '../load/sender.js';
import { finding, type Scenario } from '../scenario.js';

const STATEMENT_MS = 200;
const MOST_MIB = 512;
const LAG_LIMIT_MS = 30_000;
const PATIENCE_MS = 120_000;

/** Every statement to the database takes 200 ms while events come in as before: they wait in the log, not in memory. */
export const backpressure: Scenario = {
  name: 'backpressure',
  about: 'database slowed to 200 ms a statement under 2,000 events/s: memory bounded, nothing lost, lag gone within 30 s after',
  shape: { ingests: 2, rankers: 1, gateways: 1, proxied: ['database'] },
  full: { events: 120_000, seconds: 60 },
  short: { events: 4_000, seconds: 5 },
  async run({ fleet, size, label, say }) {
    const history = new History();
    const sender = await senderFor({ fleet, label }, history, { width: 8 });
    const memory = new MemoryWatch(fleet.services);
    const { proxy } = fleet.stores.database;
    try {
      const sending = sender.send({ events: size.events, perSecond: size.events / size.seconds });
      proxy.set('up', { latencyMs: STATEMENT_MS });
      await sleep(size.seconds * 1000);
      const behind = await lags(fleet);
      proxy.heal();
      const sent = await sending;
      const drain = await drained(fleet, PATIENCE_MS);
      memory.stop();
      say(
        `${(sent.events / sent.seconds).toFixed(0)} events/s accepted meanwhile; the archive was ${behind.get('archive')} records behind; tries that failed: ${sender.failureText}`,
      );
      const peaks = [...memory.figures.values()].map(({ peak }) => peak);
      return [
        finding(`memory of each process stays below ${MOST_MIB} MiB`, memory.text, Math.max(...peaks) < MOST_MIB),
        finding(`${size.events} events accepted`, `${history.accepted.size}`, history.accepted.size === size.events),
        ...(await archiveFindings(fleet, history, label)),
        finding(
          'lag 0 within 30 s after',
          `${(drain.ms / 1000).toFixed(1)} s, left: ${drain.left}`,
          drain.done && drain.ms <= LAG_LIMIT_MS,
        ),
      ];
    } finally {
      memory.stop();
      proxy.heal();
      await sender.close();
    }
  },
};
