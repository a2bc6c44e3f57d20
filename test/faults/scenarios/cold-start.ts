import { topics } from '#contracts';
import { drained } from '../checker/lag.js';
import { states } from '../checker/verdict.js';
import { MemoryWatch } from '../fleet/memory-watch.js';
import { recordOf } from '../load/poison.js';
import { papersOf } from '../load/sender.js';
import { finding, type Scenario } from '../scenario.js';

const READERS = 20_000;
const APPEND = 2_000;
const WIDTH = 4;
const READY_LIMIT_MS = 200_000;

/** A ranker that has nothing but the log, and then one that has the snapshot which the first left behind. */
export const coldStart: Scenario = {
  name: 'cold-start',
  about: '1,000,000 interactions in the log: seconds until a ranker without a snapshot is ready, then from a snapshot',
  shape: { ingests: 1, rankers: 1, gateways: 1 },
  full: { events: 1_000_000, seconds: 200 },
  short: { events: 20_000, seconds: 10 },
  async run({ fleet, size, label, say }) {
    const papers = await papersOf(fleet.url);
    const [ranker, ingest] = [fleet.rankers[0]!, fleet.ingests[0]!];
    // The archive has work of its own with as many records; it is not what is measured.
    await Promise.all([ranker.stop(), ingest.stop()]);
    const began = performance.now();
    for (let from = 0; from < size.events; from += APPEND * WIDTH) {
      const appends = Array.from({ length: WIDTH }, (_, lane) => from + lane * APPEND).map((first) => {
        const records = Array.from({ length: Math.max(0, Math.min(APPEND, size.events - first)) }, (_, index) => {
          const number = first + index;
          return recordOf(
            {
              id: `${label}-${String(number).padStart(8, '0')}`,
              readerRef: `r_${String((number * 7919) % READERS).padStart(22, '0')}`,
              paperId: papers[(number * 31) % papers.length]!,
              client: label,
            },
            null,
          );
        });
        return records.length === 0 ? Promise.resolve([]) : fleet.log.append(topics.interactions.name, records);
      });
      await Promise.all(appends);
    }
    say(`${size.events} records appended in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await fleet.database.query('DELETE FROM snapshots');

    const memory = new MemoryWatch([ranker]);
    const readyAfter = async (): Promise<number> => {
      const started = performance.now();
      ranker.start();
      await ranker.ready(READY_LIMIT_MS);
      return (performance.now() - started) / 1000;
    };
    try {
      const cold = await readyAfter();
      const coldDrain = await untilFolded(fleet);
      const [folded] = await states(fleet);
      const stop = await ranker.stop();
      const warm = await readyAfter();
      await untilFolded(fleet);
      const [restored] = await states(fleet);
      say(`stopped in ${(stop.ms / 1000).toFixed(1)} s, with its snapshot; memory ${memory.text}`);
      const interactions = [folded?.stats.interactions ?? 0, restored?.stats.interactions ?? 0];
      return [
        finding(
          'ready without a snapshot',
          `${cold.toFixed(1)} s (${Math.round(size.events / cold)} interactions/s), all folded ${coldDrain.toFixed(1)} s later`,
          true,
        ),
        finding('ready from a snapshot', `${warm.toFixed(1)} s`, warm < cold),
        finding(
          'both know every interaction',
          interactions.join(', '),
          interactions.every((count) => count === size.events),
        ),
        finding(
          'the restored state is the folded one',
          `${restored?.hash.slice(0, 12)} and ${folded?.hash.slice(0, 12)}`,
          restored?.hash === folded?.hash,
        ),
      ];
    } finally {
      memory.stop();
    }
  },
};

/** Seconds until the ranker is at the end of the log; the archive does not run. */
const untilFolded = async (fleet: Parameters<typeof drained>[0]): Promise<number> => {
  const { ms } = await drained(fleet, READY_LIMIT_MS, ['ranker-0']);
  return ms / 1000;
};
