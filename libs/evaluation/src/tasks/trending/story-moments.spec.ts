import fc from 'fast-check';
import { periods } from '#contracts';
import { frontPageOf } from '../../data/front-page.js';
import type { Reading } from '../../data/front-page.js';
import { DatedStory } from './dated-story.js';
import { DAY, HOUR, StoryShelf, candidatesAt, momentsBetween, rowsOf } from './story-moments.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const at = (hours: number): number => START + hours * HOUR;
const shelfOf = (readings: ReadonlyMap<string, readonly Reading[]>): StoryShelf =>
  new StoryShelf(frontPageOf(readings, new Map()).stories.map((story) => new DatedStory(story)));

/** Up to 6 stories, each seen at some hours, with any counts. */
const reading = fc.record({
  hours: fc.integer({ min: 0, max: 600 }).map((tenths) => tenths / 10),
  upvotes: fc.nat(300),
  comments: fc.nat(100),
});
const anyPage = fc
  .array(fc.array(reading, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 })
  .map(
    (stories) =>
      new Map(stories.map((own, i) => [String(1000 + i), own.map(({ hours, ...counts }): Reading => ({ at: at(hours), ...counts }))])),
  );

describe('StoryShelf', () => {
  it('knows nothing that was read after the moment: what comes later changes no feature', () => {
    fc.assert(
      fc.property(anyPage, fc.integer({ min: 1, max: 60 }), fc.nat(1000), (page, hours, more) => {
        const moment = at(hours);
        const changed = new Map(
          [...page].map(([id, readings]) => [
            id,
            readings.map((each) => (each.at > moment ? { ...each, upvotes: each.upvotes + more, comments: 0 } : each)),
          ]),
        );
        const cut = new Map(
          [...page]
            .map(([id, readings]) => [id, readings.filter((each) => each.at <= moment)] as const)
            .filter(([, readings]) => readings.length > 0),
        );
        const [whole, other, before] = [page, changed, cut].map((each) => shelfOf(each).at(moment));
        const known = ({ candidates }: typeof whole & object) => candidates.map(({ id }) => id);
        expect(known(other!)).toEqual(known(whole!));
        expect(known(before!)).toEqual(known(whole!));
        expect(rowsOf(other!)).toEqual(rowsOf(whole!));
        expect(rowsOf(before!)).toEqual(rowsOf(whole!));
      }),
      { numRuns: 200 },
    );
  });

  it('asks for what was seen within a day, and takes the last reading for the missing ones', () => {
    const shelf = shelfOf(
      new Map([
        ['1', [0, 10].map((hours) => ({ at: at(hours), upvotes: 10 + hours, comments: 0 }))],
        ['2', [26, 30, 60].map((hours) => ({ at: at(hours), upvotes: hours, comments: 0 }))],
      ]),
    );
    const idsAt = (hours: number) => shelf.at(at(hours)).candidates.map(({ id }) => id);
    expect(idsAt(9)).toEqual(['1']);
    expect(idsAt(30)).toEqual(['1', '2']);
    expect(idsAt(35)).toEqual(['2']);
    const day = periods.indexOf('day');
    const gains = (hours: number) => shelf.at(at(hours)).candidates.map((_, row) => shelf.at(at(hours)).gains[row * periods.length + day]);
    expect(gains(0)).toEqual([10]);
    expect(gains(30)).toEqual([0, 0]);
    expect(gains(36)).toEqual([30]);
  });

  it('spreads the votes between two readings evenly', () => {
    const [story] = frontPageOf(
      new Map([
        [
          '7',
          [
            { at: at(2), upvotes: 4, comments: 0 },
            { at: at(4), upvotes: 10, comments: 0 },
          ],
        ],
      ]),
      new Map([['7', at(0)]]),
    ).stories;
    const [candidate] = candidatesAt([new DatedStory(story!)], at(4));
    expect(candidate).toMatchObject({ votes: 10, lastHour: 3, signals: { ageHours: 4, upvotesTotal: 10 } });
    expect(candidatesAt([new DatedStory(story!)], at(3))[0]).toMatchObject({ votes: 4, lastHour: 0 });
  });
});

describe('momentsBetween', () => {
  it('goes by the clock, not by the first observation', () => {
    const found = momentsBetween(START + 5 * 60_000, START + DAY, 6 * HOUR).map((moment) => new Date(moment).toISOString().slice(11, 16));
    expect(found).toEqual(['06:00', '12:00', '18:00', '00:00']);
  });
});
