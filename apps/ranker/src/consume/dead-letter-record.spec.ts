import { type DeadLetter, deadLetterSchema, parseJsonWith, redriveHeaders } from '#contracts';
import { AT, interactionRecord } from '../fixtures/records.js';
import { deadLetterRecord } from './dead-letter-record.js';

const why = { code: 'FOLD_ERROR', message: 'poison' };

describe('deadLetterRecord', () => {
  it('keeps the bytes as they were and says where they stood', () => {
    const record = { ...interactionRecord(7), value: Buffer.from([0, 255, 10]), headers: { ce_id: 'x' } };
    const letter = deadLetterRecord(record, why, AT);
    const parsed = parseJsonWith(deadLetterSchema, letter.value ?? '');
    expect(parsed).toMatchObject({ ok: true });
    expect(parsed.ok && parsed.value.data).toMatchObject({
      original: { topic: 'interactions.v1', partition: 0, offset: '7', key: record.key, value: 'AP8K', headers: { ce_id: 'x' } },
      code: 'FOLD_ERROR',
    });
    expect(letter.key).toBe(record.key);
  });

  it('counts the tries of a redriven record on', () => {
    const record = { ...interactionRecord(7), headers: redriveHeaders({}, 'interactions.v1/0/1', 2) };
    expect((JSON.parse(deadLetterRecord(record, why, AT).value ?? '') as DeadLetter).data.attempts).toBe(3);
  });

  it('has one id a position, whoever writes it and whenever', () => {
    const id = (offset: number, at: number): unknown =>
      (JSON.parse(deadLetterRecord(interactionRecord(offset), why, at).value ?? '') as { id: string }).id;
    expect(id(7, AT)).toBe(id(7, AT + 5));
    expect(id(7, AT)).not.toBe(id(8, AT));
  });
});
