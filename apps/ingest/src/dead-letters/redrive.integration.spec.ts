import { jest } from '@jest/globals';
import { MAX_ATTEMPTS, MAX_LATE_MS, topics } from '#contracts';
import { PaperArchive, Redrives } from '#persistence';
import { until } from '#test-support/until';
import { LogDeadLetters } from '../consume/dead-letters.js';
import { SystemClock } from '../clock.js';
import { brokers } from '../fixtures/running-ingest.js';
import { FaultyArchive, kinds } from './fixtures/faulty-archive.js';
import { placeOf, parkedOf } from './letter.js';
import { LetterBox } from './letter-box.js';
import { Redrive, type RedriveOutcome, type RedriveParts } from './redrive.js';
import { LetterSurvey } from './survey.js';

jest.setTimeout(60_000);

const options = { dryRun: false, force: false, limit: 10_000 };

/** One run of the command on the world of a test; `parts` stand in for the real ones. */
const run = async (world: FaultyArchive, how: Partial<RedriveParts & typeof options> = {}, filter = {}) => {
  const outcomes: RedriveOutcome[] = [];
  const parts: RedriveParts = {
    letters: new LetterBox(world.log),
    log: world.log,
    redrives: new Redrives(world.dataSource),
    papers: new PaperArchive(world.dataSource),
    observer: { settled: (_, outcome) => outcomes.push(outcome) },
    ...how,
  };
  const redriven = await new Redrive(parts).run(filter, { ...options, ...how });
  return { redriven, outcomes };
};

describe.each(brokers)('redrive over the %s log', (broker) => {
  let world: FaultyArchive;

  beforeEach(async () => {
    world = await FaultyArchive.create(broker);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('applies what was parked for five causes once each, through a kill in the middle, and nothing in a second run', async () => {
    const sent = await world.sendEach(40);
    await world.archived();
    expect(await world.archivedIds()).toEqual([]);
    const counts = await new LetterSurvey(new LetterBox(world.log), new Redrives(world.dataSource)).counts({});
    expect(counts.map(({ code, parked }) => [code, parked])).toEqual([...kinds].sort().map((kind) => [kind, 40]));

    await world.fix();
    expect(await run(world, { dryRun: true })).toMatchObject({ redriven: 200 });
    await world.archived();
    expect(await world.archivedIds()).toEqual([]);

    // Killed after the log had the second batch and before it was marked.
    const redrives = new Redrives(world.dataSource);
    let marks = 0;
    const killed: RedriveParts['redrives'] = {
      begin: (...args) => redrives.begin(...args),
      statesOf: (records) => redrives.statesOf(records),
      finish: (...args) => (++marks === 2 ? Promise.reject(new Error('killed')) : redrives.finish(...args)),
    };
    await expect(run(world, { redrives: killed })).rejects.toThrow('killed');
    const second = await run(world);
    expect(second.redriven).toBe(100);
    expect((await run(world)).redriven).toBe(0);

    await world.archived();
    expect(await world.archivedIds()).toEqual(sent);
    expect(await world.outcome('duplicate')).toBe(100);
    expect((await run(world)).outcomes.filter((outcome) => outcome === 'already-redriven')).toHaveLength(200);
  });

  it('redrives only what is asked for', async () => {
    await world.sendEach(3);
    await world.archived();
    await world.fix();
    expect((await run(world, {}, { code: 'RECORD_INVALID' })).redriven).toBe(3);
    expect((await run(world, { limit: 2 }, { code: 'RECORD_NOT_JSON' })).redriven).toBe(2);
    const [letter] = await new LetterSurvey(new LetterBox(world.log), new Redrives(world.dataSource)).newest(
      { code: 'RECORD_UNKNOWN_TYPE' },
      1,
    );
    expect((await run(world, {}, { name: placeOf(parkedOf(letter!.letter)) })).redriven).toBe(1);
    expect((await run(world, {}, { name: letter!.letter.event.id })).outcomes).toEqual(['already-redriven']);
    await world.archived();
    expect(await world.archivedIds()).toHaveLength(6);
  });

  it('lets a record that fails again be parked again, with one more attempt, and not for ever', async () => {
    await world.send('RECORD_NOT_JSON', 1);
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      await world.archived();
      expect((await run(world)).redriven).toBe(1);
    }
    await world.archived();
    const end = await run(world);
    expect(end.redriven).toBe(0);
    expect(end.outcomes.filter((outcome) => outcome === 'given-up')).toHaveLength(1);
    const letters = await new LetterSurvey(new LetterBox(world.log), new Redrives(world.dataSource)).newest({}, 10);
    expect(letters.map(({ letter }) => letter.event.data.attempts).sort()).toEqual([1, 2, 3, 4, 5]);

    await world.fix();
    expect((await run(world, { force: true })).redriven).toBe(1);
    await world.archived();
    expect(await world.archivedIds()).toHaveLength(1);
  });

  it('counts an interaction as late that is redriven after its acceptance window, and keeps the bytes', async () => {
    const recorded = Date.now() - MAX_LATE_MS - 3_600_000;
    const [id] = await world.send('RECORD_NOT_JSON', 1, recorded);
    await world.archived();
    await world.fix();
    await run(world);
    await world.archived();
    expect(await world.rows("SELECT event_id, late, recordedtime > now() - interval '1 hour' AS now FROM interactions")).toEqual([
      { event_id: id, late: true, now: true },
    ]);
    const [before, after] = (await world.log.all(topics.interactions.name)).map(({ key, value }) => ({ key, value }));
    expect(after).toEqual(before);
  });

  it('fetches a record that was too large for its letter from the log, and says when it is gone', async () => {
    const large = await world.sendLarge();
    await world.archived();
    const clock = new SystemClock();
    const gone = { ...large, offset: 1_000_000n };
    await new LogDeadLetters(world.log, 'archive', clock).park(gone, { code: 'RECORD_INVALID', message: 'made up' });
    await world.fix();
    const { outcomes } = await run(world);
    expect(outcomes.sort()).toEqual(['gone', 'redriven']);
    await world.archived();
    const records = await world.log.all(topics.interactions.name);
    expect(records.map(({ value }) => value?.length)).toEqual([large.value?.length, large.value?.length]);
  });

  it('never puts an old record of a paper over a newer one', async () => {
    await world.sendPaper('acme/1', 'first title', true);
    await world.sendPaper('acme/2', 'only title', true);
    await world.archived();
    await world.fix();
    await world.sendPaper('acme/1', 'second title');
    await world.archived();
    const { outcomes } = await run(world);
    expect(outcomes.sort()).toEqual(['redriven', 'superseded']);
    await world.archived();
    await until('both papers are there', async () => (await world.rows('SELECT 1 FROM papers')).length === 2);
    expect(await world.rows('SELECT id, title FROM papers ORDER BY 1')).toEqual([
      { id: 'acme/1', title: 'second title' },
      { id: 'acme/2', title: 'only title' },
    ]);
  });
});
