import fc from 'fast-check';
import { event, paper, readerRef, vectorAlong } from '../../fixtures/invented.js';
import { RankingState } from './ranking-state.js';
import { ReaderViews } from './reader-view.js';
import { defaultStateConfig } from './state-config.js';
import { decayedSum, Tastes } from './taste.js';

const config = { ...defaultStateConfig, dimensions: 6, ringSize: 8 };
const PAPERS = ['p0', 'p1', 'p2', 'p3', 'p4'];

const withPapers = (): RankingState => {
  const state = RankingState.empty(config);
  PAPERS.forEach((id, axis) => state.foldPaper(paper({ id }), vectorAlong(axis, 6)));
  return state;
};

const tasteOf = (state: RankingState, tastes = new Tastes(state.parts, decayedSum(24))): Float32Array | null => {
  const reader = state.parts.readers.find(readerRef('ada'));
  return reader === undefined ? null : tastes.of(reader);
};

describe('Tastes', () => {
  it('has the same bits whether it follows the stream or is made from the ring at the end, undo and late events included', () => {
    const step = fc.record({
      reader: fc.constant('ada'),
      action: fc.constantFrom('open', 'upvote', 'save', 'hide', 'dwell', 'rate'),
      target: fc.constantFrom(...PAPERS, 'unknown'),
      hours: fc.double({ min: -50, max: 50, noNaN: true }),
      value: fc.integer({ min: 1, max: 5 }),
      off: fc.boolean(),
      trust: fc.constantFrom('server' as const, 'client' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = withPapers();
        const streaming = new Tastes(state.parts, decayedSum(24));
        for (const { off, ...fields } of steps) {
          const undoable = ['upvote', 'save', 'hide', 'rate'].includes(fields.action);
          state.foldInteraction(event({ ...fields, ...(undoable ? { on: !off } : {}) }));
          expect(tasteOf(state, streaming)).toEqual(tasteOf(state));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('follows papers that get their vector later, or another one', () => {
    const state = withPapers();
    const streaming = new Tastes(state.parts, decayedSum(24));
    state.foldInteraction(event({ reader: 'ada', action: 'save', target: 'later' }));
    expect(tasteOf(state, streaming)).toBeNull();
    state.foldPaper(paper({ id: 'later' }), vectorAlong(3, 6));
    expect(tasteOf(state, streaming)).toEqual(tasteOf(state));
    state.foldPaper(paper({ id: 'later', title: 'Revised' }), vectorAlong(5, 6));
    expect(tasteOf(state, streaming)).toEqual(tasteOf(state));
    expect(tasteOf(state)![5]).toBeGreaterThan(0.9);
  });

  it('is what it was before a vote, when the vote is undone', () => {
    const state = withPapers();
    state.foldInteraction(event({ reader: 'ada', action: 'save', target: 'p0', hours: 0 }));
    const before = tasteOf(state);
    state.foldInteraction(event({ reader: 'ada', action: 'upvote', target: 'p3', hours: 1 }));
    expect(tasteOf(state)).not.toEqual(before);
    state.foldInteraction(event({ reader: 'ada', action: 'upvote', target: 'p3', hours: 2, on: false }));
    expect(tasteOf(state)).toEqual(before);
  });
});

describe('ReaderViews', () => {
  it('shows what stands: follows and hides that are on, history newest first without hidden papers', () => {
    const state = withPapers();
    const acts = [
      ['save', 'p0', 0],
      ['open', 'p1', 1],
      ['upvote', 'p1', 2],
      ['upvote', 'p2', 3],
      ['hide', 'p2', 4],
      ['open', 'p0', 5],
    ] as const;
    for (const [action, target, hours] of acts) state.foldInteraction(event({ reader: 'ada', action, target, hours }));
    state.foldInteraction(event({ reader: 'ada', action: 'follow', target: 'author:Zoë Quine' }));
    state.foldInteraction(event({ reader: 'ada', action: 'mute', target: 'topic:Vision' }));
    state.foldInteraction(event({ reader: 'ada', action: 'mute', target: 'topic:vision', hours: 1, on: false }));
    state.foldInteraction(event({ reader: 'ada', action: 'impression', target: 'p4' }));
    const view = new ReaderViews(state.parts).find(readerRef('ada'))!;
    const id = (number: number): string => state.parts.papers.idOf(number);
    expect([...view.hidden].map(id)).toEqual(['p2']);
    expect([...view.followed].map((entity) => state.parts.entities.keyOf(entity))).toEqual(['author:zoe quine']);
    expect(view.muted.size).toBe(0);
    expect(view.history.map(({ paper: number, strength }) => [id(number), strength])).toEqual([
      ['p0', 1.5],
      ['p1', 1],
    ]);
    expect([...view.shown].map(([number, times]) => [id(number), times])).toEqual([['p4', 1]]);
  });
});
