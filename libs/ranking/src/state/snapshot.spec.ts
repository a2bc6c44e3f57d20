import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { event, paper, vectorAlong } from '../../fixtures/invented.js';
import { RankingState } from './ranking-state.js';
import { defaultStateConfig, type StateConfig } from './state-config.js';
import { StateMovedFailure } from './state-snapshot.failure.js';

const config: StateConfig = { ...defaultStateConfig, dimensions: 8, ringSize: 6, exposureSize: 4, coReaders: 3 };

/** Wide enough that every section of a snapshot takes several steps, and always the same. */
const wideState = (papers = 300, readers = 700, events = 3_000): RankingState => {
  const state = RankingState.empty(config);
  for (let n = 0; n < papers; n++) {
    const facts = { title: `Attention ${n} of ${n % 37} Zoë`, authors: [`Author ${n % 90}`], topics: [`topic-${n % 11}`] };
    state.foldPaper(paper({ id: `p${n}`, ...facts }), n % 5 === 0 ? null : vectorAlong(n % 8, 8));
  }
  const actions = ['upvote', 'open', 'save', 'impression', 'outbound', 'hide'] as const;
  for (let n = 0; n < events; n++) {
    const action = actions[n % actions.length]!;
    const on = ['upvote', 'save', 'hide'].includes(action) ? { on: n % 7 !== 0 } : {};
    const fields = {
      reader: `reader-${n % readers}`,
      action,
      target: `p${(n * 31) % papers}`,
      hours: (n % 400) / 2,
      id: `wide-event-${n}`,
    };
    state.foldInteraction(event({ ...fields, ...on }));
  }
  state.advance('papers.v1', 2, 300n);
  state.advance('interactions.v1', 1, 3_000n);
  return state;
};

describe('a snapshot', () => {
  it('has the bytes that it had before: what is stored stays readable', () => {
    const bytes = wideState().serialize();
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([
      228_448,
      'a2d02f9fcfaaa9bcbb093015a9fa9c868ada2cfe0e0b6946164345e934a53f07',
    ]);
  });

  it('has the same bytes when the state is read, hashed and searched between any of its steps', () => {
    fc.assert(
      fc.property(
        fc.nat(80),
        fc.nat(90),
        fc.nat(400),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }),
        (papers, readers, events, looks) => {
          const state = wideState(papers + 1, readers + 1, events);
          const whole = state.serialize();
          const steps = state.serializeInSteps();
          let at = 0;
          for (;;) {
            const { done, value } = steps.next();
            if (done === true) {
              expect(Buffer.compare(value, whole)).toBe(0);
              break;
            }
            const look = looks[at++ % looks.length];
            if (look === 0) state.hash();
            if (look === 1) state.prepareHash(3);
            if (look === 2) state.parts.decayed.refresh(state.stats.watermark);
            if (look === 3) state.parts.search.search('attention', 5, state.parts.papers.before, () => true);
            if (look === 4) state.advance('interactions.v1', 9, BigInt(at)); // a record that was parked is passed over
          }
          expect(RankingState.deserialize(whole, config).hash()).toBe(state.hash());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes many steps, none of which grows with the state', () => {
    const stepsOf = (state: RankingState): number => [...state.serializeInSteps()].length;
    expect(stepsOf(wideState(64, 64, 64))).toBeLessThan(30);
    expect(stepsOf(wideState(640, 1280, 6_000))).toBeGreaterThan(100);
  });

  it.each([
    {
      why: 'an interaction is folded',
      change: (state: RankingState) => state.foldInteraction(event({ reader: 'new', action: 'open', target: 'p1' })),
    },
    { why: 'a paper is folded', change: (state: RankingState) => state.foldPaper(paper({ id: 'new' }), null) },
    { why: 'a paper is withdrawn', change: (state: RankingState) => state.foldPaper({ id: 'p1', withdrawn: true }, null) },
    { why: 'ids are forgotten', change: (state: RankingState) => state.forgetBefore(Date.parse('2027-01-01')) },
  ])('is given up when $why between its steps', ({ change }) => {
    const state = wideState(100, 100, 100);
    const steps = state.serializeInSteps();
    steps.next();
    change(state);
    expect(() => steps.next()).toThrow(StateMovedFailure);
  });
});
