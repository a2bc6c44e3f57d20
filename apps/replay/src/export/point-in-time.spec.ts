import type { FeedServedData } from '#contracts';
import { personalFeatureNames, RankingState, trendingFeatureNames } from '#ranking';
import { liveLog, type LiveLog } from '../fixtures/live-log.js';
import { plainEncoder, plainSide, plainStateConfig } from '../fixtures/plain-models.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { readServed } from '../rerank/served-index.js';
import { pointInTimeRows } from './point-in-time.js';
import { featureColumns, type TrainingRow } from './training-row.js';

let live: LiveLog;
let rows: TrainingRow[];

const rowsOf = async ({ log }: LiveLog, signal = new AbortController().signal, unshown = 0): Promise<TrainingRow[] | null> => {
  const found: TrainingRow[] = [];
  const source = new ListSource(log.records);
  const { earliest, end } = await source.bounds();
  const whole = await pointInTimeRows(
    {
      source,
      range: { from: earliest, to: end },
      open: () => Promise.resolve(plainRanking()),
      keep: () => true,
      outcomeHours: 24,
      unshown,
      seed: 1,
      signal,
    },
    async (row) => void found.push(row),
  );
  return whole ? found : null;
};

beforeAll(async () => {
  live = await liveLog({ seed: 11, papers: 30, readers: 8, steps: 200, replicas: 3 });
  rows = (await rowsOf(live)) ?? [];
});

const plainRanking = () => {
  const side = plainSide('a');
  return { start: { positions: {}, make: () => RankingState.empty(plainStateConfig) }, encoder: plainEncoder, sideOf: () => side };
};

const namesOf = ({ model }: FeedServedData): readonly string[] =>
  model.name === 'personal' ? personalFeatureNames : model.name === 'trending' ? trendingFeatureNames : [];

describe('rows as they were known at the moment', () => {
  it('are one for each slot that was served, with the features that the live ranker logged, bit for bit', () => {
    const served = live.log.records.flatMap((record) => (record.topic === 'feed.served.v1' ? (readServed(record)?.data ?? []) : []));
    const slots = served.flatMap((data) => data.slots.map((slot, position) => ({ data, slot, position })));
    expect(rows).toHaveLength(slots.length);
    const rowAt = new Map(rows.map((row) => [`${row.requestId} ${row.position}`, row]));
    let compared = 0;
    for (const { data, slot, position } of slots) {
      const row = rowAt.get(`${data.requestId} ${position}`);
      expect(row?.paperId).toBe(slot.paperId);
      for (const [at, name] of namesOf(data).entries()) {
        if (slot.features === undefined) continue;
        expect([name, row?.features[featureColumns.indexOf(name)]]).toEqual([name, slot.features[at]]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  it('have labels of what was done on that very answer', () => {
    expect(new Set(rows.map(({ label }) => label))).toEqual(new Set([0, 1, 2, 3]));
    expect(rows.filter(({ label }) => label > 0).every(({ seen }) => seen === 1)).toBe(true);
    expect(rows.some(({ label, seen }) => label === 0 && seen === 1)).toBe(true);
    expect(rows.some(({ seen }) => seen === 0)).toBe(true);
  });

  it('can be of candidates that were not shown as well, which no shown row depends on', async () => {
    const more = (await rowsOf(live, undefined, 5)) ?? [];
    const ofShown = (each: readonly TrainingRow[]) => each.filter(({ position }) => position !== null);
    expect(ofShown(more)).toEqual(rows);
    const unshown = more.filter(({ position }) => position === null);
    expect(unshown.length).toBeGreaterThan(100);
    const shown = new Set(rows.map(({ requestId, paperId }) => `${requestId} ${paperId}`));
    for (const row of unshown) {
      expect(row).toMatchObject({ propensity: null, seen: 0, label: 0 });
      expect(shown.has(`${row.requestId} ${row.paperId}`)).toBe(false);
      expect(row.features.length).toBe(featureColumns.length);
    }
    expect(new Set(unshown.map(({ requestId, paperId }) => `${requestId} ${paperId}`)).size).toBe(unshown.length);
    expect(await rowsOf(live, undefined, 5)).toEqual(more);
  });

  it('are the same again', async () => {
    expect(await rowsOf(live)).toEqual(rows);
  });

  it('are left when it is interrupted', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await rowsOf(live, stop.signal)).toBeNull();
  });
});
