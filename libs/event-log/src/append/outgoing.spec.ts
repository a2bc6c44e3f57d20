import { MAX_RECORD_BYTES } from '#contracts';
import { InvalidRecordFailure, RecordTooLargeFailure } from '../failures.js';
import { MAX_META_BYTES, toOutgoing } from './outgoing.js';

describe('toOutgoing', () => {
  it.each([
    { why: 'takes a value of exactly 64 KiB', record: { key: 'k', value: 'x'.repeat(MAX_RECORD_BYTES) }, failure: null },
    {
      why: 'counts bytes of UTF-8, not characters',
      record: { key: 'k', value: 'é'.repeat(MAX_RECORD_BYTES / 2 + 1) },
      failure: RecordTooLargeFailure,
    },
    { why: 'refuses one byte more', record: { key: 'k', value: 'x'.repeat(MAX_RECORD_BYTES + 1) }, failure: RecordTooLargeFailure },
    {
      why: 'refuses headers over their limit',
      record: { key: 'k', value: null, headers: { h: 'x'.repeat(MAX_META_BYTES) } },
      failure: RecordTooLargeFailure,
    },
    { why: 'refuses a key over its limit', record: { key: 'k'.repeat(MAX_META_BYTES + 1), value: null }, failure: RecordTooLargeFailure },
    { why: 'takes a tombstone', record: { key: 'k', value: null }, failure: null },
    { why: 'refuses a NUL in a key', record: { key: 'k\0', value: null }, failure: InvalidRecordFailure },
    { why: 'refuses a NUL in a value', record: { key: 'k', value: '\0' }, failure: InvalidRecordFailure },
    { why: 'refuses a NUL in a header', record: { key: 'k', value: '', headers: { h: '\0' } }, failure: InvalidRecordFailure },
  ])('$why', ({ record, failure }) => {
    const check = (): unknown => toOutgoing('t', 6, [record]);
    if (failure === null) expect(check()).toHaveLength(1);
    else expect(check).toThrow(failure);
  });
});
