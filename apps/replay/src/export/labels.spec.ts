import { ListSource } from '../stream/fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from '../stream/fixtures/stream-records.js';
import { Labels } from './labels.js';

interface Deed {
  readonly action: string;
  readonly minutes: number;
  /** Minutes between happening and being recorded. */
  readonly late?: number;
  readonly on?: boolean;
  readonly request?: string;
}

const labelOf = async (deeds: readonly Deed[]): Promise<number> => {
  const log = new StreamRecords();
  for (const { action, minutes, late = 0, on, request = 'request-1' } of deeds) {
    const at = day1 + minutes * MINUTE;
    log.interaction('ada', { at, recorded: at + late * MINUTE }, { action, requestId: request, ...(on === undefined ? {} : { on }) });
  }
  const source = new ListSource(log.records);
  const { earliest, end } = await source.bounds();
  const asked = new Map([['request-1', day1]]);
  const { signal } = new AbortController();
  const labels = await Labels.read({ source, range: { from: earliest, to: end }, asked, withinMs: 60 * MINUTE, signal });
  return labels!.of('request-1', 'p1');
};

describe('the label of a paper that was shown', () => {
  it.each<{ why: string; deeds: readonly Deed[]; label: number }>([
    { why: 'is 0 where nothing was done', deeds: [], label: 0 },
    {
      why: 'is that of the best thing done',
      deeds: [
        { action: 'save', minutes: 2, on: true },
        { action: 'open', minutes: 3 },
      ],
      label: 3,
    },
    {
      why: 'counts nothing that was undone',
      deeds: [
        { action: 'upvote', minutes: 1, on: true },
        { action: 'upvote', minutes: 2, on: false },
      ],
      label: 0,
    },
    {
      why: 'goes by when things were done, not by when they came in',
      deeds: [
        { action: 'upvote', minutes: 5, on: true },
        { action: 'upvote', minutes: 4, late: 90, on: false },
      ],
      label: 3,
    },
    { why: 'leaves out what was done too late', deeds: [{ action: 'open', minutes: 61 }], label: 0 },
    { why: 'leaves out what was done on another answer', deeds: [{ action: 'open', minutes: 1, request: 'request-2' }], label: 0 },
    { why: 'leaves out what is worth nothing', deeds: [{ action: 'impression', minutes: 1 }], label: 0 },
  ])('$why', async ({ deeds, label }) => {
    expect(await labelOf(deeds)).toBe(label);
  });
});
