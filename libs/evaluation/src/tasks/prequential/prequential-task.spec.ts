import { paperSchema } from '#contracts';
import type { PaperId } from '#contracts';
import { drawBelow, seededRandom } from '#ranking';
import { happened, paperIdOf, readerRefOf } from '../../data/timed.js';
import type { TimedData, TimedEvent } from '../../data/timed.js';
import { planOf } from './plan.js';
import { judge } from './prequential-task.js';
import { prequentialSettings } from './settings.js';

const HOUR = 3_600_000;
const START = Date.parse('2024-01-01T00:00:00Z');
const subjects = ['grasping robots', 'sparse attention', 'protein folding', 'image diffusion'];

/** Readers who keep to one subject each, in a stream in which all papers exist from the start. */
const invented = (choices: number, held = new Set<number>()): TimedData => {
  const random = seededRandom(5);
  const papers = Array.from({ length: 80 }, (_, number) => {
    const title = `${subjects[number % 4]!} part ${number}`;
    return {
      at: START,
      paper: paperSchema.parse({
        id: `paper:${number}`,
        title,
        topics: [subjects[number % 4]!],
        publishedAt: '2024-01-01',
        source: 'test',
      }),
    };
  });
  const chosen = new Set<string>();
  const events: TimedEvent[] = [];
  for (let place = 0; events.length < choices; place++) {
    const reader = drawBelow(random, 24);
    const number = 4 * drawBelow(random, 20) + (reader % 4);
    if (chosen.has(`${reader} ${number}`)) continue;
    chosen.add(`${reader} ${number}`);
    const [at, paper] = [START + place * HOUR, paperIdOf('paper', String(number))];
    const event = happened(String(place), at, readerRefOf(String(reader)), 'upvote', paper, { on: true });
    events.push({ at, event, role: 'choice', paper, held: held.has(events.length) });
  }
  return { papers, events, reading: ['made up'] };
};

const quick = {
  ...prequentialSettings,
  judged: 60,
  learned: 80,
  refits: [2 / 3],
  net: { ...prequentialSettings.net, epochs: 12, members: 1 },
};

describe('the prequential task', () => {
  it('learns from the stream what readers choose next, ahead of what the crowd does', async () => {
    const report = await judge(invented(300), { data: '/somewhere/invented', test: null, seeds: [1], say: () => undefined }, quick);
    const [table] = report.tables;
    const figure = (system: string): number => table!.rows.find((row) => row.system.startsWith(system))!.values['NDCG@20']!;
    expect(table!.cases).toBe(60);
    expect(figure('pipeline')).toBeGreaterThan(2 * figure('popular'));
    expect(figure('pipeline')).toBeGreaterThan(0.3);
    expect(report.goals.map(({ promise }) => promise)).toEqual([
      'pipeline ahead of decayed popular on NDCG@20',
      'pipeline ahead of item-kNN on NDCG@20',
    ]);
    expect(report.goals[0]!.met).toBe(true);
  }, 60_000);

  it('refuses a stream with nothing to judge', async () => {
    const options = { data: '/somewhere/short', test: null, seeds: [1], say: () => undefined };
    await expect(judge({ ...invented(1), events: [] }, options, quick)).rejects.toThrow('short: no choice to judge after the warm-up');
  });
});

describe('planOf', () => {
  it('judges after the warm-up, evenly, and learns only from choices of readers who are known', () => {
    const { events } = invented(300);
    const plan = planOf(events, quick, 1);
    expect(Math.min(...plan.judged)).toBeGreaterThanOrEqual(plan.warmUpEnd);
    expect(plan.judged.size).toBe(60);
    const first = new Map<string, number>();
    events.forEach(({ event }, place) => {
      if (!first.has(event.data.readerRef)) first.set(event.data.readerRef, place);
    });
    for (const place of [...plan.judged, ...plan.learned]) expect([...first.values()]).not.toContain(place);
    expect(plan.states.size).toBe(0);
  });

  it('judges held-back rows alone where there are any, and learns from the others', () => {
    const held = new Set([150, 200, 201, 290]);
    const plan = planOf(invented(300, held).events, quick, 1);
    expect([...plan.judged]).toEqual([150, 200, 201, 290]);
    expect([...plan.learned].filter((place) => held.has(place))).toEqual([]);
    expect([...plan.learned].some((place) => place > plan.warmUpEnd)).toBe(true);
  });

  it('learns vectors of papers where people return to known ones, and not where they follow the news', () => {
    const event = (place: number, number: number): TimedEvent => ({
      at: place,
      event: happened(String(place), START, readerRefOf(String(place % 50)), 'upvote', paperIdOf('p', '1'), { on: true }),
      role: 'choice',
      paper: `p:${number}` as PaperId,
      held: false,
    });
    const settings = { ...quick, states: [0.9] };
    const known = Array.from({ length: 6000 }, (_, place) => event(place, place % 100));
    const news = Array.from({ length: 6000 }, (_, place) => event(place, place));
    expect(planOf(known, settings, 1).states.size).toBe(1);
    expect(planOf(news, settings, 1).states.size).toBe(0);
  });
});
