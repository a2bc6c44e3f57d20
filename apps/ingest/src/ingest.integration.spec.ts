import { jest } from '@jest/globals';
import { deadLetterSchema, intakePatterns, type IntakeResult, paperUpsertedSchema, topics } from '#contracts';
import { ArchivePositions } from '#persistence';
import { until } from '#test-support/until';
import { FaultProxy } from '../../../test/faults/proxy/fault-proxy.js';
import { brokers, IngestWorld, type RunningIngest } from './fixtures/running-ingest.js';

jest.setTimeout(60_000);

const reader = (n: number): string => `r_${String(n).padStart(22, '0')}`;
const event = (n: number, fields: Readonly<Record<string, unknown>> = {}) => ({
  input: {
    id: `event-${String(n).padStart(6, '0')}`,
    time: new Date().toISOString(),
    action: 'upvote',
    target: { kind: 'paper', id: `2510.${n % 50}` },
    on: true,
    ...fields,
  },
  readerRef: reader(n % 7),
  trust: 'server',
});
const paper = (n: number, fields: Readonly<Record<string, unknown>> = {}) => ({
  id: `acme/${n}`,
  title: `Invented ${n}`,
  publishedAt: '2025-10-27',
  source: 'publisher:acme',
  ...fields,
});

const send = async (ingest: RunningIngest, events: readonly unknown[]): Promise<IntakeResult[]> =>
  ((await ingest.ask(intakePatterns.interactions, { events, budgetMs: 10_000 })) as { results: IntakeResult[] }).results;
const sendPapers = async (ingest: RunningIngest, papers: readonly unknown[]): Promise<IntakeResult[]> =>
  ((await ingest.ask(intakePatterns.papers, { papers, budgetMs: 10_000 })) as { results: IntakeResult[] }).results;

const tally = (results: readonly IntakeResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const archivedIds = async (world: IngestWorld): Promise<string[]> =>
  (await world.rows<{ id: string }>('SELECT event_id AS id FROM interactions ORDER BY 1')).map(({ id }) => id);

/** Until the archive stands where the log ends, in every partition of both topics. */
const untilArchived = async (world: IngestWorld): Promise<void> => {
  const log = world.newLog();
  const positions = new ArchivePositions(world.database.dataSource);
  try {
    await until('the archive has caught up', async () => {
      const at = new Map((await positions.list()).map(({ topic, partition, next }) => [`${topic}/${partition}`, next]));
      const ends = await Promise.all([topics.papers, topics.interactions].map(({ name }) => log.bounds(name)));
      return ends.every(({ end }) => Object.entries(end).every(([key, next]) => (at.get(key) ?? 0n) >= BigInt(next)));
    });
  } finally {
    await log.close();
  }
};

describe.each(brokers)('ingest over the %s log', (broker) => {
  it('takes interactions over TCP and archives each exactly once, repeats and bad records among them', async () => {
    await using world = await IngestWorld.create(broker);
    const ingest = await world.start();
    const log = world.newLog();

    const first = await send(ingest, [
      ...Array.from({ length: 500 }, (_, n) => event(n)),
      event(3),
      event(7, { action: 'explode', id: 'bad-event-1' }),
    ]);
    expect(tally(first)).toEqual({ accepted: 500, duplicate: 1, refused: 1 });
    expect(first.at(-1)).toMatchObject({ status: 'refused', id: 'bad-event-1', code: 'INTAKE_INVALID', field: 'action' });

    // What only another writer, or an older version of this one, could put there.
    const [stored] = await log.all(topics.interactions.name);
    await log.append(topics.interactions.name, [
      { key: reader(1), value: '{"broken": ' },
      { key: reader(2), value: JSON.stringify(JSON.stringify({ id: 'twice' })) },
      { key: stored!.key!, value: stored!.value!.toString(), headers: stored!.headers },
      { key: reader(3), value: JSON.stringify({ type: 'org.broadsheet.interaction.v7' }) },
    ]);
    expect(
      tally(
        await send(
          ingest,
          Array.from({ length: 300 }, (_, n) => event(400 + n)),
        ),
      ),
    ).toEqual({ accepted: 200, duplicate: 100 });

    await untilArchived(world);
    expect(await archivedIds(world)).toEqual(Array.from({ length: 700 }, (_, n) => `event-${String(n).padStart(6, '0')}`));
    const letters = (await log.all(topics.deadLetters.name)).map(({ value }) => deadLetterSchema.parse(JSON.parse(value!.toString())).data);
    expect(letters.map(({ code }) => code).toSorted()).toEqual(['RECORD_ENCODED_TWICE', 'RECORD_NOT_JSON', 'RECORD_UNKNOWN_TYPE']);
    const broken = letters.find(({ code }) => code === 'RECORD_NOT_JSON');
    expect(Buffer.from(broken?.original.value ?? '', 'base64').toString()).toBe('{"broken": ');
    expect(await ingest.metrics()).toMatch(/ingest_archive_records_total\{topic="interactions\.v1",outcome="duplicate".*\} 1\n/);
    await log.close();
  });

  it('archives papers as they are now: the newest version, withdrawn ones marked', async () => {
    await using world = await IngestWorld.create(broker);
    const ingest = await world.start();
    expect(tally(await sendPapers(ingest, [paper(1), paper(2), paper(3, { title: '' }), paper(1, { title: 'Second thoughts' })]))).toEqual({
      accepted: 3,
      refused: 1,
    });
    await untilArchived(world); // a log that compacts may forget the paper with its withdrawal
    expect(await ingest.ask(intakePatterns.withdraw, { paperId: 'acme/2', budgetMs: 5_000 })).toMatchObject({
      results: [{ status: 'accepted', id: 'acme/2' }],
    });
    await untilArchived(world);
    expect(await world.rows('SELECT id, title, withdrawn_at IS NOT NULL AS gone FROM papers ORDER BY id')).toEqual([
      { id: 'acme/1', title: 'Second thoughts', gone: false },
      { id: 'acme/2', title: 'Invented 2', gone: true },
    ]);
    const log = world.newLog();
    const values = (await log.all(topics.papers.name)).flatMap(({ value }) =>
      value === null ? [] : [JSON.parse(value.toString()) as unknown],
    );
    for (const value of values) expect(paperUpsertedSchema.parse(value)).toEqual(value);
    await log.close();
  });

  it('goes on after a restart without a loss or a repeat, and two processes share the work', async () => {
    await using world = await IngestWorld.create(broker);
    const first = await world.start();
    await send(
      first,
      Array.from({ length: 300 }, (_, n) => event(n)),
    );
    await world.stop(first);

    const [second, third] = [await world.start(), await world.start()];
    // A new process remembers no ids: the archive does.
    await send(
      second,
      Array.from({ length: 300 }, (_, n) => event(200 + n)),
    );
    await send(
      third,
      Array.from({ length: 300 }, (_, n) => event(300 + n)),
    );
    await untilArchived(world);
    expect(await archivedIds(world)).toHaveLength(600);
  });

  // The embedded log is in the database itself: with it, intake has to refuse.
  const itWithKafka = broker === 'kafka' ? it : it.skip;
  itWithKafka('keeps taking interactions while the database is away, and archives them afterwards', async () => {
    await using world = await IngestWorld.create(broker);
    const ingest = await world.start();
    // Connections break, and for a while no statement can pass.
    await world.rows(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await world.rows('ALTER TABLE archive_positions RENAME TO away');
    expect(
      tally(
        await send(
          ingest,
          Array.from({ length: 200 }, (_, n) => event(n)),
        ),
      ),
    ).toEqual({ accepted: 200 });
    await until('a batch came again', async () => /batch_retries_total\{topic="interactions/.test(await ingest.metrics()));
    expect((await ingest.service.readiness.check()).every(({ ok }) => ok)).toBe(true);
    await world.rows('ALTER TABLE away RENAME TO archive_positions');
    await untilArchived(world);
    expect(await archivedIds(world)).toHaveLength(200);
  });

  it('takes interactions before the database is there, and archives them when it comes', async () => {
    await using world = await IngestWorld.create(broker);
    const url = new URL(world.database.url);
    const proxy = await FaultProxy.before({ host: url.hostname, port: Number(url.port) }, 1);
    try {
      const throughProxy = new URL(url);
      throughProxy.host = `${proxy.address.host}:${proxy.address.port}`;
      await proxy.down();
      const ingest = await world.open(throughProxy.href);
      expect(tally(await send(ingest, [event(1), event(2)]))).toEqual({ accepted: 2 });
      const checks = await ingest.service.readiness.check();
      expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['archive']);
      expect(await archivedIds(world)).toEqual([]);
      await proxy.up();
      await ingest.ready();
      await untilArchived(world);
      expect(await archivedIds(world)).toHaveLength(2);
    } finally {
      await proxy.close();
    }
  });

  it('refuses a message that is no batch, in the form that the gateway reads, and tells its health', async () => {
    await using world = await IngestWorld.create(broker);
    const ingest = await world.start();
    const refused = { refused: { code: 'INTAKE_MESSAGE', retryable: false, message: expect.stringContaining('events') } };
    expect(await ingest.ask(intakePatterns.interactions, { events: 'none', budgetMs: 5 })).toEqual(refused);
    expect(await ingest.ask(intakePatterns.health, {})).toMatchObject({ ready: true, inFlight: 0 });
  });
});
