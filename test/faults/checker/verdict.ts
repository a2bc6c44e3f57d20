import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../fleet/fleet.js';
import type { StateReport } from '../fleet/fleet-process.js';
import { finding, nothing, type Finding } from '../scenario.js';
import { agreement, doubled, invented, lost, reordered } from './checks.js';
import { archivedBy } from './evidence.js';
import type { History } from './history.js';

const STATE_WAIT_MS = 250;

/** What every ranker that runs says of itself; asked again until it answers. */
export const states = async ({ rankers }: Fleet): Promise<readonly StateReport[]> => {
  const found: StateReport[] = [];
  for (const ranker of rankers.filter(({ isRunning }) => isRunning)) {
    let state = await ranker.state();
    for (let tries = 0; state === null && tries < 40; tries += 1) {
      await sleep(STATE_WAIT_MS);
      state = await ranker.state();
    }
    if (state === null) throw new Error(`${ranker.name} does not say what it knows`);
    found.push(state);
  }
  return found;
};

/** Events of the archive against the history: the figure of the first finding tells how many there were. */
export const archiveFindings = async (fleet: Fleet, history: History, client: string): Promise<readonly Finding[]> => {
  const applied = await archivedBy(fleet, client);
  const { sent, accepted, refused } = history;
  const missing = lost(accepted, applied);
  return [
    finding('0 accepted events lost', `${missing.length} lost of ${accepted.size}`, missing.length === 0),
    nothing('0 events doubled in the archive', doubled(applied)),
    nothing('0 rows that nobody sent', invented(sent, applied)),
    nothing('0 events of one reader in another order than sent', reordered(sent, applied)),
    nothing('no event refused for good', [...refused.values()]),
  ];
};

/** Rankers that have folded everything: the same hash, and as many more interactions as were applied since `before`. */
export const stateFindings = async (fleet: Fleet, before: readonly StateReport[], expected: number): Promise<readonly Finding[]> => {
  const after = await states(fleet);
  const { compared, disagreements } = agreement(after);
  const counts = after.map(
    ({ replica, stats }) => stats.interactions - (before.find((state) => state.replica === replica)?.stats.interactions ?? 0),
  );
  const hashes = after.map(({ replica, hash }) => `${replica} ${hash.slice(0, 12)}`).join(', ');
  return [
    finding(
      'rankers at equal positions have equal hashes',
      hashes,
      disagreements.length === 0 && compared === (after.length * (after.length - 1)) / 2,
    ),
    finding(
      'each ranker counts every event once',
      `${counts.join(', ')} of ${expected}`,
      counts.every((count) => count === expected),
    ),
  ];
};
