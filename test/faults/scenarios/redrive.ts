import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '#contracts';
import { doubled, lost } from '../checker/checks.js';
import { archivedBy, letters, logEnds } from '../checker/evidence.js';
import { drained } from '../checker/lag.js';
import { stateFindings, states } from '../checker/verdict.js';
import type { Fleet } from '../fleet/fleet.js';
import { UNFOLDABLE } from '../fleet/unfoldable.js';
import { recordOf } from '../load/poison.js';
import { papersOf } from '../load/sender.js';
import { finding, nothing, type Scenario } from '../scenario.js';
import { twoOfEach } from './shapes.js';

const READERS = 400;
const APPEND = 100;
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 5;
/** What the archive, and what the rankers, call their trouble with such events. */
const classes = ['ARCHIVE_REJECTED', 'FOLD_ERROR'] as const;

const interactionsIn = async (fleet: Fleet): Promise<bigint> =>
  Object.entries(await logEnds(fleet)).reduce((sum, [key, end]) => (key.startsWith(topics.interactions.name) ? sum + end : sum), 0n);

interface Run {
  readonly applied: number;
  readonly killed: boolean;
}

/** One run of the command as an operator gives it; `applied` is what the log grew by. */
const redriveOnce = async (fleet: Fleet, name: string, code: string, killWhenBegun = false): Promise<Run> => {
  const before = await interactionsIn(fleet);
  const command = fleet.command(name, ['dead-letters', 'redrive', '--class', code]);
  while (killWhenBegun && command.ended === undefined) {
    if ((await interactionsIn(fleet)) > before) command.kill();
    await sleep(LOOK_EVERY_MS);
  }
  const death = await command.exited;
  if (death.code !== 0 && !killWhenBegun) throw new Error(`${name} ended with ${death.why}: ${death.tail.join('\n')}`);
  return { applied: Number((await interactionsIn(fleet)) - before), killed: death.code !== 0 };
};

/** Letters of this run that `code` parked, each record once. */
const parked = async (fleet: Fleet, known: ReadonlySet<string>, code: string): Promise<number> =>
  new Set((await letters(fleet)).flatMap(({ id, data }) => (data.code === code && !known.has(id) ? [id] : []))).size;

/** A bad release of ranker and schema parks events; after the fix an operator redrives them, is killed on the way, and does it again. */
export const redrive: Scenario = {
  name: 'redrive',
  about: 'what a bad release had parked is redriven after the fix, with a SIGKILL in the middle, and once more: each counts once',
  shape: twoOfEach,
  full: { events: 10_000, seconds: 0 },
  short: { events: 600, seconds: 0 },
  async run({ fleet, size, label, say }) {
    const papers = await papersOf(fleet.url);
    const known = new Set((await letters(fleet)).map(({ id }) => id));
    const ids = Array.from({ length: size.events }, (_, n) => `${label}-${String(n).padStart(8, '0')}`);
    const before = await states(fleet);
    await fleet.database.query(
      `ALTER TABLE interactions ADD CONSTRAINT faults_refused CHECK (client IS DISTINCT FROM '${UNFOLDABLE}') NOT VALID`,
    );
    try {
      for (let from = 0; from < ids.length; from += APPEND) {
        const records = ids.slice(from, from + APPEND).map((id, index) => {
          const readerRef = `r_${String((from + index) % READERS).padStart(22, '0')}`;
          return recordOf({ id, readerRef, paperId: papers[index % papers.length]!, client: label }, 'fold that throws');
        });
        await fleet.log.append(topics.interactions.name, records);
      }
      await drained(fleet, PATIENCE_MS);
    } finally {
      await fleet.database.query('ALTER TABLE interactions DROP CONSTRAINT faults_refused');
    }
    const found = await Promise.all(classes.map((code) => parked(fleet, known, code)));
    // The fix of the rankers: a life without the mistake.
    for (const ranker of fleet.rankers) {
      await ranker.stop();
      ranker.start({ NODE_OPTIONS: '' });
      await ranker.ready();
    }
    const interrupted = await redriveOnce(fleet, 'redrive-killed', classes[0], true);
    const again = await redriveOnce(fleet, 'redrive-again', classes[0]);
    const folds = await redriveOnce(fleet, 'redrive-folds', classes[1]);
    let secondly = 0;
    for (const code of classes) secondly += (await redriveOnce(fleet, `redrive-second-${code}`, code)).applied;
    await drained(fleet, PATIENCE_MS);
    say(`appended again: ${interrupted.applied} before the kill, ${again.applied} after it, ${folds.applied} for the rankers' letters`);
    const ours = new Set(ids);
    const applied = (await archivedBy(fleet, UNFOLDABLE)).filter(({ id }) => ours.has(id));
    return [
      finding(
        'all events are parked, by the archive and by the rankers',
        classes.map((code, index) => `${code} ${found[index]} of ${size.events}`).join(', '),
        found.every((count) => count === size.events),
      ),
      finding('the first run is killed in the middle', interrupted.killed ? 'killed' : 'it had ended', interrupted.killed),
      finding('each event is archived', `${applied.length} of ${size.events}`, lost(ours, applied).length === 0),
      nothing('0 events doubled in the archive', doubled(applied)),
      finding('a second run applies 0', String(secondly), secondly === 0),
      ...(await stateFindings(fleet, before, size.events)),
    ];
  },
};
