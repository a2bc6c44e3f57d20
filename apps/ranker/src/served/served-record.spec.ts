import fc from 'fast-check';
import { feedServedDataSchema, feedServedSchema, MAX_RECORD_BYTES, parseJsonWith, type FeedServedData } from '#contracts';
import { AT, reader } from '../fixtures/records.js';
import { servedRecord } from './served-record.js';

const longest = (n: number): string => `${n}`.padStart(128, '2');

const dataOf = (slots: number, features: number, excluded = 0, readerRef?: string): FeedServedData =>
  feedServedDataSchema.parse({
    requestId: 'request-0001',
    surface: 'for-you',
    readerRef,
    model: { name: 'personal', version: '20251028-0000000' },
    arm: 'control',
    configHash: 'a'.repeat(64),
    asOf: new Date(AT).toISOString(),
    positions: { 'interactions.v1/0': '7' },
    seed: 7,
    query: { limit: slots, exclude: Array.from({ length: excluded }, (_, i) => longest(i)) },
    degraded: [],
    slots: Array.from({ length: slots }, (_, i) => ({
      paperId: longest(i),
      score: 0.123456,
      propensity: 1,
      source: 'trending',
      reasons: ['trending'],
      ...(features === 0 ? {} : { features: Array.from({ length: features }, () => -0.12345678) }),
    })),
  });

const parsed = (value: string | null | undefined) => {
  const result = parseJsonWith(feedServedSchema, value ?? '');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};

describe('servedRecord', () => {
  it('keeps everything when there is room, under the key of the reader', () => {
    const record = servedRecord(dataOf(3, 40, 2, reader('ada')), AT, 'ranker-0');
    const event = parsed(record?.value);
    expect(record?.key).toBe(reader('ada'));
    expect(event.data.slots[0]?.features).toHaveLength(40);
    expect(event.data.query).toMatchObject({ exclude: [longest(0), longest(1)] });
    expect(record?.headers).toMatchObject({ ce_id: event.id, ce_type: event.type });
  });

  it('is keyed by the request for anonymous readers', () => {
    expect(servedRecord(dataOf(1, 0), AT, 'ranker-0')?.key).toBe('request-0001');
  });

  it('has one id a request, whichever replica answered', () => {
    const ids = ['ranker-0', 'ranker-1'].map((source, i) => parsed(servedRecord(dataOf(1, 0), AT + i, source)?.value).id);
    expect(new Set(ids).size).toBe(1);
  });

  it.each([
    { why: 'gives up the features first', slots: 200, features: 64, excluded: 3, kept: { exclude: [longest(0), longest(1), longest(2)] } },
    {
      why: 'then long lists of ids, saying how long they were',
      slots: 200,
      features: 0,
      excluded: 1000,
      kept: { cut: { exclude: 1000, pinned: 0 } },
    },
  ])('$why', ({ slots, features, excluded, kept }) => {
    const event = parsed(servedRecord(dataOf(slots, features, excluded), AT, 'ranker-0')?.value);
    expect(event.data.slots).toHaveLength(200);
    expect(event.data.slots.every((slot) => slot.features === undefined)).toBe(true);
    expect(event.data.query).toMatchObject(kept);
  });

  it('never outgrows a record and never loses a slot', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 256 }),
        fc.integer({ min: 0, max: 1000 }),
        (slots, features, excluded) => {
          const record = servedRecord(dataOf(slots, features, excluded), AT, 'ranker-0');
          expect(Buffer.byteLength(record?.value ?? '')).toBeLessThanOrEqual(MAX_RECORD_BYTES);
          expect(parsed(record?.value).data.slots).toHaveLength(slots);
        },
      ),
      { numRuns: 15 },
    );
  });
});
