import { inventEvaluation } from '../fixtures/invented-evaluation.js';
import { Agreement } from '../run/agreement.js';
import type { RunFacts } from '../run/run-facts.js';
import { chapters } from './all-plots.js';
import type { Plot } from './plot.js';

const evaluation = inventEvaluation('0'.repeat(64));
const noEvaluation: typeof evaluation = {
  ...evaluation,
  figures: [],
  differences: [],
  timeline: null,
  calibration: [],
  scores: [],
  drift: [],
  shifts: [],
  exposure: [],
  movers: [],
  offPolicy: null,
};

const facts = (parts: Partial<RunFacts> = {}): RunFacts => ({
  manifest: {} as RunFacts['manifest'],
  evaluation,
  stream: null,
  papers: new Map(),
  trends: [],
  accrual: [],
  models: {},
  agreement: new Agreement(),
  ...parts,
});

const plotsOf = (given: RunFacts): ReadonlyMap<string, Plot> =>
  new Map(chapters.flatMap(({ plots }) => plots.map((make) => make(given))).map((plot) => [plot.name, plot]));

const judged = ['a-against-b', 'ndcg-over-time', 'slices', 'movers', 'coverage', 'calibration', 'scores'];

describe('the plots of a report', () => {
  it.each(judged)('%s is drawn from the evaluation, with its data in a table', (name) => {
    const plot = plotsOf(facts()).get(name)!;
    expect(plot.picture).not.toBeNull();
    expect(plot.table.rows.length).toBeGreaterThan(0);
    for (const row of plot.table.rows) expect(row).toHaveLength(plot.table.columns.length);
  });

  it('say in a sentence why they are empty, each by itself', () => {
    const plots = [...plotsOf(facts({ evaluation: noEvaluation })).values()];
    expect(plots).toHaveLength(12);
    for (const { picture, finding, table } of plots) {
      expect(picture).toBeNull();
      expect(finding).toMatch(/^[A-Z].{30,}\.$/);
      expect(table.columns.length).toBeGreaterThan(1);
    }
  });

  it('do not speak of a difference that is not shown', () => {
    const unclear = evaluation.differences.map((each) => ({ ...each, value: 0.001, low: -0.01, high: 0.012 }));
    const { finding } = plotsOf(facts({ evaluation: { ...evaluation, differences: unclear } })).get('a-against-b')!;
    expect(finding).toBe('No difference is shown between b and a: +0.0010 NDCG@10, 95 % interval −0.0100 to +0.0120.');
  });

  it('compare with what was served where the run has one side', () => {
    const without = <T extends { side?: string; better?: string }>(rows: readonly T[]): T[] =>
      rows.filter(({ side, better }) => side !== 'b' && better !== 'b');
    const one = {
      ...evaluation,
      figures: without(evaluation.figures),
      differences: without(evaluation.differences),
      movers: without(evaluation.movers),
    };
    expect(plotsOf(facts({ evaluation: one })).get('a-against-b')!.finding).toMatch(/^No difference is shown between a and as served/);
  });

  it('draw the climb of a paper, and count outside the ten as outside', () => {
    const hour = (at: number, ...papers: string[]) => ({
      at: new Date(Date.UTC(2025, 10, 17, at)).toISOString(),
      top: papers.map((paperId, i) => ({ paperId: paperId as never, upvotes: 20 - i, score: 1 })),
    });
    const trends = [hour(0, 'p1', 'p2', 'p3'), hour(1, 'p1', 'p3', 'p2'), hour(2, 'p4', 'p1', 'p3')];
    const plot = plotsOf(facts({ trends })).get('trending')!;
    expect(plot.finding).toBe('“p4” climbed from outside the first ten to place 1.');
    expect(plot.table.rows).toHaveLength(9);
  });
});
