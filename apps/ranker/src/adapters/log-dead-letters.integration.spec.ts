import { deadLetterSchema, MAX_RECORD_BYTES, parseJsonWith, topics, type DeadLetter } from '#contracts';
import { createEventLog, type EventLog } from '#event-log';
import { createLogger } from '#telemetry';
import { freshDatabase, type TestDatabase } from '#test-support/database';
import { AT, interactionRecord } from '../fixtures/records.js';
import { LogDeadLetters } from './log-dead-letters.js';

describe('LogDeadLetters', () => {
  let database: TestDatabase;
  let log: EventLog;
  let deadLetters: LogDeadLetters;

  beforeAll(async () => {
    database = await freshDatabase();
    log = createEventLog({ broker: 'embedded', databaseUrl: database.url }, { logger: createLogger('test', { level: 'silent' }) });
    await log.ensureTopics([topics.deadLetters]);
    deadLetters = new LogDeadLetters(log, () => AT);
  });
  afterAll(async () => {
    await log.close();
    await database.drop();
  });

  const parked = async (offset: number): Promise<DeadLetter[]> => {
    const letters: DeadLetter[] = [];
    for (let partition = 0; partition < topics.deadLetters.partitions; partition += 1) {
      for await (const { value } of log.read({ topic: topics.deadLetters.name, partition })) {
        const parsed = parseJsonWith(deadLetterSchema, value?.toString() ?? '');
        if (parsed.ok && parsed.value.data.original.offset === `${offset}`) letters.push(parsed.value);
      }
    }
    return letters;
  };

  it('parks a record with its bytes, twice under one id', async () => {
    const record = { ...interactionRecord(1), value: Buffer.from([123, 0, 255]) };
    for (let n = 0; n < 2; n += 1) await deadLetters.park(record, { code: 'FOLD_ERROR', message: 'poison' });
    const letters = await parked(1);
    expect(letters.map(({ data }) => data.original.value)).toEqual(['ewD/', 'ewD/']);
    expect(new Set(letters.map(({ id }) => id)).size).toBe(1);
  });

  it('parks a record that base64 makes too large without its bytes, and says where they are', async () => {
    const record = { ...interactionRecord(2), value: Buffer.alloc(MAX_RECORD_BYTES, 120) };
    await deadLetters.park(record, { code: 'FOLD_ERROR', message: 'poison' });
    const [letter] = await parked(2);
    expect(letter?.data).toMatchObject({
      original: { topic: 'interactions.v1', partition: 0, offset: '2', value: null },
      message: expect.stringContaining('its bytes stand at the original position') as unknown,
    });
  });
});
