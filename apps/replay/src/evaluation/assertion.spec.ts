import { broken, parseAssertion, type Assertion } from './assertion.js';
import type { Evaluation } from './evaluation-result.js';

const all = { by: 'all', value: 'all' } as const;
const counts = { requests: 9, readers: 3 };

const evaluation = {
  figures: [
    { metric: 'ndcg@10', slice: all, side: 'a', ...counts, value: 0.4, low: 0.3, high: 0.5 },
    { metric: 'ndcg@10', slice: { by: 'surface', value: 'for-you' }, side: 'b', ...counts, value: 0.2, low: 0.1, high: 0.3 },
    { metric: 'mrr', slice: all, side: 'a', ...counts, value: null, low: null, high: null },
  ],
  differences: [{ metric: 'ndcg@10', slice: all, better: 'b', worse: 'a', ...counts, value: -0.01, low: -0.02, high: 0.01 }],
  offPolicy: { sides: [{ side: 'b', estimates: [{ estimator: 'snips', value: 0.06, low: 0.05, high: 0.07 }] }] },
} as unknown as Evaluation;

const parsed = (text: string): Assertion => {
  const assertion = parseAssertion(text);
  if (typeof assertion === 'string') throw new Error(assertion);
  return assertion;
};

describe('assertions', () => {
  it.each([
    'ndcg@10>=0.35',
    'a.ndcg@10 < 0.41',
    'ndcg@10.low>=.3',
    'b.ndcg@10[surface=for-you]<=0.2',
    'b-a.ndcg@10.high>0',
    'b.snips>=5e-2',
    'ndcg@10==0.4',
  ])('%s holds', (text) => {
    expect(broken(parsed(text), evaluation)).toBeNull();
  });

  it.each([
    { text: 'ndcg@10>=0.45', line: 'ndcg@10>=0.45 does not hold: it is 0.4 (95 %: 0.3 to 0.5)' },
    { text: 'b-a.ndcg@10.low>0', line: 'b-a.ndcg@10.low>0 does not hold: it is -0.02 (95 %: -0.02 to 0.01)' },
    { text: 'b.ndcg@10>0', line: 'b.ndcg@10>0 does not hold: there is no such figure in this run' },
    { text: 'mrr>0', line: 'mrr>0 does not hold: there is nothing to judge it by' },
    { text: 'a.dr>0', line: 'a.dr>0 does not hold: there is no such figure in this run' },
  ])('$text does not, and says what it is', ({ text, line }) => {
    expect(broken(parsed(text), evaluation)).toBe(line);
  });

  it.each(['', 'ndcg@10', 'ndcg>=1', 'ndcg@0>1', 'speed>1', 'c.mrr>0', 'mrr>=x', 'mrr[colour=red]>0', 'mrr@3>0', 'mrr>0.1>0'])(
    '%s can not be meant',
    (text) => {
      expect(typeof parseAssertion(text)).toBe('string');
    },
  );
});
