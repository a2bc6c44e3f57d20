import type { PaperId, RankedItem } from '#contracts';
import { Cursors } from '../cursors/cursors.js';
import { type FeedPage, readyPage, taggedPage } from './feed-page.js';

const id = (text: string): PaperId => text as PaperId;
const item = (paperId: string, more: Partial<RankedItem> = {}): RankedItem => ({
  paperId: id(paperId),
  score: 1,
  source: 'trending',
  sources: ['trending'],
  reasons: [],
  propensity: 1,
  upvotes: 1,
  comments: 0,
  ...more,
});
const page = (more: Partial<FeedPage> = {}): FeedPage => ({
  requestId: 'request-1',
  surface: 'trending',
  asOf: '2025-10-28T09:00:00Z',
  model: { name: 'm', version: '1' },
  arm: 'control',
  degraded: [],
  items: [item('a'), item('b')],
  rest: [id('c'), id('d')],
  nextCursor: 'cursor-1',
  ...more,
});
const card = (paper: PaperId): string => `{"id":"${paper}"}`;
const tagOf = (more: Partial<FeedPage> = {}, cursorAge = 7): string => taggedPage(readyPage(page(more), card), card, cursorAge).etag;

describe('the tag of a page', () => {
  it.each([
    { why: 'scores, times and the text of the cursor', more: { asOf: '2025-10-28T09:00:01Z', requestId: 'r-2', nextCursor: 'cursor-2' } },
    { why: 'the score of an item', more: { items: [item('a', { score: 0.5 }), item('b')] } },
  ])('stays when only $why moved on', ({ more }) => {
    expect(tagOf(more)).toBe(tagOf());
  });

  it.each([
    { why: 'the order', more: { items: [item('b'), item('a')] } },
    { why: 'a count', more: { items: [item('a', { upvotes: 2 }), item('b')] } },
    { why: 'the order of the next page', more: { rest: [id('d'), id('c')] } },
    { why: 'the end of the list', more: { rest: [], nextCursor: undefined } },
    { why: 'what is missing', more: { degraded: ['ranker'] } },
  ])('changes with $why', ({ more }) => {
    expect(tagOf(more)).not.toBe(tagOf());
  });

  it('changes before the cursor of a body that is kept on 304 runs out', () => {
    const ttlMs = 10_000;
    const clock = { now: 0 };
    const cursors = new Cursors('s'.repeat(32), ttlMs, () => clock.now);
    for (let made = 0; made < 3 * ttlMs; made += 1_700) {
      clock.now = made;
      const [cursor = '', tag] = [cursors.encode({ feed: 'f', rest: [id('c')] }), tagOf({}, cursors.halfLife)];
      while (tagOf({}, cursors.halfLife) === tag) clock.now += 100;
      clock.now -= 100;
      expect(cursors.decode(cursor, 'f')).toEqual(['c']);
      expect(clock.now - made).toBeLessThanOrEqual(ttlMs / 2);
    }
  });

  it('of a last page does not change with time: it has no cursor', () => {
    expect(tagOf({ rest: [], nextCursor: undefined }, 8)).toBe(tagOf({ rest: [], nextCursor: undefined }, 7));
  });

  it('goes with a body that does not tell the rest of the slate', () => {
    expect(JSON.parse(readyPage(page(), card).body.toString())).not.toHaveProperty('rest');
  });
});
