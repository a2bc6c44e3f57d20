import fc from 'fast-check';
import { decodeRecord, redriveHeaders, type Decoded } from '#contracts';
import { AT, interactionRecord, interactionValue, paperRecord, paperValue, reader } from '../fixtures/records.js';

describe('decodeRecord', () => {
  it.each([
    { why: 'a paper', record: paperRecord(0, '2510.00001'), kind: 'paper' },
    { why: 'a tombstone', record: paperRecord(0, '2510.00001', null), kind: 'withdrawal' },
    { why: 'an interaction', record: interactionRecord(0), kind: 'interaction' },
    {
      why: 'an event with fields of a newer version',
      record: interactionRecord(0, reader('ada'), { ...interactionValue('1', reader('ada')), traceparent: 'x' }),
      kind: 'interaction',
    },
    {
      why: 'bytes that are not UTF-8 inside a string',
      record: {
        ...interactionRecord(0),
        value: Buffer.from(JSON.stringify(interactionValue('1', reader('ada'), { client: 'é' })), 'latin1'),
      },
      kind: 'unreadable',
    },
    { why: 'broken JSON', record: interactionRecord(0, reader('ada'), '{"id":'), kind: 'unreadable' },
    {
      why: 'JSON encoded twice',
      record: interactionRecord(0, reader('ada'), JSON.stringify(JSON.stringify(interactionValue('1', reader('ada'))))),
      kind: 'unreadable',
    },
    {
      why: 'an unknown major version',
      record: interactionRecord(0, reader('ada'), { ...interactionValue('1', reader('ada')), type: 'org.broadsheet.interaction.v2' }),
      kind: 'unreadable',
    },
    {
      why: 'a state action without `on`',
      record: interactionRecord(0, reader('ada'), interactionValue('1', reader('ada'), { on: undefined })),
      kind: 'unreadable',
    },
    { why: 'a null value where nothing is compacted', record: interactionRecord(0, reader('ada'), null), kind: 'unreadable' },
    { why: 'a paper under the key of another', record: paperRecord(0, '2510.00001', paperValue('2510.00002')), kind: 'unreadable' },
    {
      why: "an event under another reader's key",
      record: interactionRecord(0, reader('ada'), interactionValue('1', reader('bob'))),
      kind: 'unreadable',
    },
    { why: 'a tombstone without a usable key', record: paperRecord(0, '<script>', null), kind: 'unreadable' },
    {
      why: 'an interaction in the topic of papers',
      record: paperRecord(0, '2510.00001', interactionValue('1', reader('ada'))),
      kind: 'unreadable',
    },
  ])('reads $why as $kind', ({ record, kind }) => {
    expect(decodeRecord(record).kind).toBe(kind);
  });

  it('dates a redriven interaction by its redrive: too late is too late on every replica', () => {
    const first = interactionRecord(3);
    const redriven = { ...first, headers: redriveHeaders({}, 'interactions.v1/0/1', 1), timestamp: AT + 8 * 86_400_000 };
    const recorded = (decoded: Decoded): unknown => (decoded.kind === 'interaction' ? decoded.event.recordedtime : decoded);
    expect(recorded(decodeRecord(first))).toBe(new Date(AT).toISOString());
    expect(recorded(decodeRecord(redriven))).toBe(new Date(AT + 8 * 86_400_000).toISOString());
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isPaper) => {
        const record = { ...(isPaper ? paperRecord(0, 'p') : interactionRecord(0)), value: Buffer.from(bytes) };
        expect(decodeRecord(record).kind).toBe('unreadable');
      }),
    );
  });
});
