import { setTimeout as sleep } from 'node:timers/promises';
import { archivePositions, logEnds } from '../checker/evidence.js';
import { stale } from '../checker/checks.js';
import { History } from '../checker/history.js';
import { behind, drained } from '../checker/lag.js';
import { OwnerAudit, owners } from '../checker/owner-audit.js';
import { archiveFindings, stateFindings, states } from '../checker/verdict.js';
import { Watch } from '../checker/watch.js';
import type { Fleet } from '../fleet/fleet.js';
import type { FleetProcess } from '../fleet/fleet-process.js';
import { senderFor } from '../load/sender.js';
import { finding, nothing, type Scenario } from '../scenario.js';
import { twoOfEach } from './shapes.js';

const BATCH = 100;
const WIDTH = 4;
const SHARED_LIMIT_MS = 30_000;
const TAKEOVER_LIMIT_MS = 90_000;
/** After it wakes up: time enough for whatever it still wanted to write. */
const AWAKE_MS = 2_500;
const PATIENCE_MS = 60_000;
const RECOVERY_LIMIT_MS = 10_000;

const waitFor = async (limitMs: number, holds: () => Promise<boolean>): Promise<number> => {
  const began = performance.now();
  while (!(await holds()) && performance.now() - began < limitMs) await sleep(50);
  return performance.now() - began;
};

/** Pauses an owner in the middle of its work until the other has all partitions. Answers the milliseconds that this took. */
const pauseUntilTakenOver = async ({ database }: Fleet, zombie: FleetProcess): Promise<number> => {
  zombie.pause();
  return waitFor(TAKEOVER_LIMIT_MS, async () => !(await owners(database)).has(zombie.name));
};

/** Milliseconds until the archive has all that the log holds now, while more comes. */
const untilArchived = async (fleet: Fleet): Promise<number> => {
  const ends = await logEnds(fleet);
  return waitFor(PATIENCE_MS, async () => behind(await archivePositions(fleet), ends) === 0);
};

/** An owner of the archive sleeps past its session, another takes its partitions, and it wakes up with work in its hands. */
export const fencedZombie: Scenario = {
  name: 'fenced-zombie',
  about: 'SIGSTOP of an archive owner past its session time-out, takeover, SIGCONT: 0 rows by the stale owner',
  shape: twoOfEach,
  full: { events: 60_000, seconds: 60 },
  short: { events: 3_000, seconds: 4 },
  async run({ fleet, size, random, label, say }) {
    const history = new History();
    const before = await states(fleet);
    const sender = await senderFor({ fleet, label }, history, { width: WIDTH, batch: BATCH });
    const enough = new AbortController();
    const bothOwn = (): Promise<boolean> => owners(fleet.database).then((found) => found.size === fleet.ingests.length);
    await waitFor(SHARED_LIMIT_MS, bothOwn);
    const audit = await OwnerAudit.begin(fleet.database);
    const positions = new Watch(() => archivePositions(fleet), 100);
    try {
      const sending = sender.send({ events: size.events, perSecond: size.events / size.seconds, until: enough.signal });
      const takeovers: number[] = [];
      const recoveries: number[] = [];
      const until = performance.now() + size.seconds * 1000;
      do {
        await sleep(1_000 + random() * 200); // not always at the same point of a batch
        const zombie = fleet.ingests[Math.floor(random() * fleet.ingests.length)]!;
        takeovers.push(await pauseUntilTakenOver(fleet, zombie));
        zombie.resume();
        await sleep(AWAKE_MS);
        recoveries.push(AWAKE_MS + (await untilArchived(fleet)));
        await waitFor(SHARED_LIMIT_MS, bothOwn);
      } while (performance.now() < until);
      enough.abort();
      await sending;
      const drain = await drained(fleet, PATIENCE_MS);
      const fenced = (await Promise.all(fleet.ingests.map((each) => each.metric('ingest_archive_batch_retries_total')))).reduce(
        (a, b) => a + b,
        0,
      );
      say(
        `takeovers after ${takeovers.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}; ${fenced} batches tried again; tries that failed: ${sender.failureText}`,
      );
      return [
        nothing('0 rows or positions written by a stale owner', await audit.staleWrites()),
        nothing('no archive position ever goes back', stale(await positions.stop())),
        ...(await archiveFindings(fleet, history, label)),
        finding(
          'every partition is taken over',
          `${takeovers.length} takeovers, the longest ${(Math.max(...takeovers) / 1000).toFixed(1)} s`,
          Math.max(...takeovers) < TAKEOVER_LIMIT_MS,
        ),
        finding(
          'no partition stands still for more than 10 s after the owner woke up',
          `${(Math.max(...recoveries) / 1000).toFixed(1)} s`,
          Math.max(...recoveries) <= RECOVERY_LIMIT_MS,
        ),
        finding('the archive is complete', `after ${(drain.ms / 1000).toFixed(1)} s, left: ${drain.left}`, drain.done),
        ...(await stateFindings(fleet, before, history.accepted.size)),
      ];
    } finally {
      await positions.stop();
      await sender.close();
      await audit.end();
    }
  },
};
