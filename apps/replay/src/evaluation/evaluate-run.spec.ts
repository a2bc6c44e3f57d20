import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateRun } from './evaluate-run.js';
import { defaultEvaluationOptions, metricsOf, type EvaluationOptions } from './evaluation-options.js';
import { evaluationSchema, type Evaluation, type SideName } from './evaluation-result.js';
import {
  moment,
  outcomeOf,
  paperOf,
  readerNamed,
  requestOf,
  servedOf,
  slateOf,
  slotsOf,
  temporaryRun,
} from '../../../../bench/harness/written-run.js';

const options = (parts: Partial<EvaluationOptions> = {}): EvaluationOptions => ({ ...defaultEvaluationOptions, resamples: 100, ...parts });

const evaluated = async (contents: Parameters<typeof temporaryRun>[0], parts: Partial<EvaluationOptions> = {}): Promise<Evaluation> => {
  using run = temporaryRun(contents);
  return await evaluateRun(run.directory, options(parts));
};

const figure = ({ figures }: Evaluation, metric: string, side: SideName, by = 'all', value = 'all') =>
  figures.find((each) => each.metric === metric && each.side === side && each.slice.by === by && each.slice.value === value);

/** Two readers: the first upvotes p3 and opens p1, the second saves p2 and takes it back. */
const small = {
  papers: [
    paperOf('p1', { topics: ['vision'] }),
    paperOf('p2', { topics: ['vision', 'language'] }),
    paperOf('p3', { topics: ['language'], since: moment(-3 * 24 * 60) }),
    paperOf('p4'),
  ],
  requests: [
    requestOf(1, {
      served: servedOf(slotsOf('p1', 'p2', 'p3')),
      a: slateOf(slotsOf('p3', 'p1', 'p2')),
      b: slateOf(slotsOf('p2', 'p1', 'p4')),
      history: 7,
    }),
    requestOf(2, {
      served: servedOf(slotsOf('p1', 'p2', 'p3')),
      a: slateOf(slotsOf('p1', 'p2', 'p3')),
      b: slateOf(slotsOf('p2', 'p1', 'p4')),
      surface: 'latest',
    }),
  ],
  outcomes: [
    outcomeOf(1, 'p3', 'upvote', { on: true }),
    outcomeOf(1, 'p1', 'open'),
    outcomeOf(1, 'p2', 'impression'),
    outcomeOf(2, 'p2', 'save', { on: true }),
    outcomeOf(2, 'p2', 'save', { on: false, at: moment(5) }),
  ],
};

describe('evaluateRun', () => {
  it('is what the measures give by hand, over requests on which something of worth was done and not undone', async () => {
    const evaluation = await evaluated(small, {
      metrics: metricsOf(['ndcg@2', 'mrr', 'recall@1', 'map', 'hit@1', 'coverage', 'novelty@1']),
    });
    expect(evaluation.counts).toMatchObject({
      requests: 2,
      judged: 1,
      readers: 2,
      anonymous: 0,
      relevant: 2,
      papers: 4,
      first: moment(1),
      last: moment(2),
    });
    const second = 1 / Math.log2(3);
    const ideal = 3 + second;
    expect(figure(evaluation, 'ndcg@2', 'served')!.value).toBeCloseTo(1 / ideal, 12);
    expect(figure(evaluation, 'ndcg@2', 'a')!.value).toBeCloseTo(1, 12);
    expect(figure(evaluation, 'ndcg@2', 'b')!.value).toBeCloseTo(second / ideal, 12);
    expect(figure(evaluation, 'mrr', 'b')!.value).toBe(0.5);
    expect(figure(evaluation, 'recall@1', 'a')!.value).toBe(1);
    expect(figure(evaluation, 'map', 'served')!.value).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(figure(evaluation, 'hit@1', 'b')!.value).toBe(0);
    expect(figure(evaluation, 'coverage', 'a')).toMatchObject({ value: 0.75, low: null, requests: 2 });
    // p3 was chosen on the one judged request, p1 too: -log2(2/2); p2 never: -log2(1/2)
    expect(figure(evaluation, 'novelty@1', 'a')!.value).toBe(0);
    expect(figure(evaluation, 'novelty@1', 'b')!.value).toBe(1);
    expect(figure(evaluation, 'mrr', 'a')).toMatchObject({ requests: 1, readers: 1 });
  });

  it('compares a with what was served and b with a, request by request', async () => {
    const { differences } = await evaluated(small, { metrics: metricsOf(['mrr']), by: [] });
    expect(differences.map(({ better, worse, value }) => [better, worse, value])).toEqual([
      ['a', 'served', 0],
      ['b', 'a', -0.5],
    ]);
  });

  it('slices requests by what they are, and what was relevant by what it is', async () => {
    const evaluation = await evaluated(small, { metrics: metricsOf(['mrr']) });
    const slices = evaluation.figures
      .filter(({ side }) => side === 'a')
      .map(({ slice, value, requests }) => [slice.by, slice.value, requests, value]);
    expect(slices).toEqual([
      ['all', 'all', 1, 1],
      ['topic', 'language', 1, 1],
      ['topic', 'vision', 1, 0.5],
      ['age', 'under 1 day', 1, 0.5],
      ['age', '3 to 7 days', 1, 1],
      ['activity', '0', 0, null],
      ['activity', '5 to 19', 1, 1],
      ['surface', 'latest', 0, null],
      ['surface', 'for-you', 1, 1],
      ['arm', 'control', 1, 1],
    ]);
  });

  it('goes by the place in the whole ranking at prequential runs', async () => {
    const chosen = { paperId: paperOf('p9').paperId, action: 'upvote' } as const;
    const evaluation = await evaluated(
      {
        requests: [
          requestOf(1, { chosen, a: slateOf(slotsOf('p1'), 3), b: slateOf(slotsOf('p1'), null) }),
          requestOf(2, { chosen, a: slateOf(slotsOf('p9'), 0), b: slateOf(slotsOf('p1'), 1) }),
        ],
      },
      { metrics: metricsOf(['ndcg@10', 'mrr', 'hit@2']), by: [] },
    );
    expect(evaluation.kind).toBe('prequential');
    expect(figure(evaluation, 'mrr', 'a')!.value).toBeCloseTo((1 / 4 + 1) / 2, 12);
    expect(figure(evaluation, 'ndcg@10', 'a')!.value).toBeCloseTo((1 / Math.log2(5) + 1) / 2, 12);
    expect(figure(evaluation, 'hit@2', 'b')!.value).toBe(0.5);
  });

  it('says nothing rather than nought where nothing was judged', async () => {
    const empty = await evaluated({ requests: [] });
    expect(empty.figures).toEqual([]);
    expect(empty.timeline).toBeNull();
    const silent = await evaluated(
      { requests: [requestOf(1, { served: servedOf(slotsOf('p1')), a: slateOf(slotsOf('p1')) })] },
      { metrics: metricsOf(['mrr']), by: [] },
    );
    expect(figure(silent, 'mrr', 'a')).toMatchObject({ value: null, low: null, high: null, requests: 0 });
    expect(silent.notes[0]).toContain('no reader did anything');
  });

  it('is the same for the same bytes and options, reads back through its schema, and hangs on the seed only in its intervals', async () => {
    using run = temporaryRun(many(40));
    const first = await evaluateRun(run.directory, options({ seed: 1 }));
    expect(await evaluateRun(run.directory, options({ seed: 1 }))).toEqual(first);
    expect(evaluationSchema.parse(JSON.parse(JSON.stringify(first)))).toEqual(first);
    const other = await evaluateRun(run.directory, options({ seed: 2 }));
    expect(other.figures.map(({ value }) => value)).toEqual(first.figures.map(({ value }) => value));
    expect(other.figures.map(({ low }) => low)).not.toEqual(first.figures.map(({ low }) => low));
  });

  it('finds no difference between equal sides, to the last bit', async () => {
    const { differences, timeline, movers, shifts } = await evaluated(many(60));
    const ofSides = differences.filter(({ better }) => better === 'b');
    expect(ofSides.length).toBeGreaterThan(5);
    for (const { value, low, high } of [...ofSides, ...timeline!.differences.filter(({ better }) => better === 'b')])
      expect(value === null || (value === 0 && low === 0 && high === 0)).toBe(true);
    expect(movers.find(({ better }) => better === 'b')!.papers).toEqual([]);
    expect(shifts.find(({ better }) => better === 'b')!.psi).toBe(0);
  });

  it('puts together what report draws: time, calibration, scores, drift, exposure and movers', async () => {
    const evaluation = await evaluated(many(60));
    expect(evaluation.timeline!.points.length).toBeGreaterThan(10);
    expect(evaluation.timeline!.points.filter(({ side }) => side === 'a').reduce((sum, { requests }) => sum + requests, 0)).toBe(
      evaluation.counts.judged,
    );
    const [served] = evaluation.calibration;
    expect(served!.bins.reduce((sum, { count }) => sum + count, 0)).toBe(served!.slots);
    expect(evaluation.scores.map(({ side, bins, count }) => [side, bins.reduce((sum, bin) => sum + bin.count, 0) === count])).toEqual([
      ['served', true],
      ['a', true],
      ['b', true],
    ]);
    expect(evaluation.exposure[0]).toMatchObject({ side: 'served', slots: 60 * 4, catalogue: 12 });
    expect(evaluation.drift.length).toBeGreaterThan(0);
    const change = evaluation.movers[0]!.papers.map((mover) => Math.abs(mover.change));
    expect(change).toEqual(change.toSorted((x, y) => y - x));
  });

  it('keeps to the readers it is asked for', async () => {
    const evaluation = await evaluated(small, { keeps: (reader) => reader === readerNamed(2) });
    expect(evaluation.counts).toMatchObject({ requests: 1, judged: 0, readers: 1 });
  });

  it('refuses a run whose files are not those of its manifest', async () => {
    using run = temporaryRun(small);
    appendFileSync(join(run.directory, 'outcomes.ndjson'), '{}\n');
    await expect(evaluateRun(run.directory)).rejects.toThrow(/outcomes\.ndjson is not what manifest\.json says/);
    writeFileSync(join(run.directory, 'manifest.json'), '{}');
    await expect(evaluateRun(run.directory)).rejects.toThrow(/manifest/);
  });

  it('refuses requests that lack a side others have', async () => {
    const odd = [
      requestOf(1, { a: slateOf(slotsOf('p1')), b: slateOf(slotsOf('p1')), served: servedOf([]) }),
      requestOf(2, { a: slateOf([]), served: servedOf([]) }),
    ];
    await expect(evaluated({ requests: odd })).rejects.toThrow(/request-000002 has no side b/);
  });
});

/** Requests an hour apart by 20 readers over 12 papers; sides a and b are the same, served is turned round; readers open one in four. */
function many(count: number): Parameters<typeof temporaryRun>[0] {
  const ids = Array.from({ length: 12 }, (_, n) => `p${String(n).padStart(2, '0')}`);
  const slate = (n: number) =>
    slotsOf(
      ...[0, 1, 2, 3].map((place) => ({ paperId: paperOf(ids[(n * 5 + place * 3) % 12]!).paperId, score: ((n * 7 + place * 3) % 10) / 3 })),
    );
  const requests = Array.from({ length: count }, (_, n) =>
    requestOf(n, {
      at: moment(n * 60),
      readerRef: readerNamed(n % 20),
      served: servedOf(slate(n).reverse()),
      a: slateOf(slate(n)),
      b: slateOf(slate(n)),
    }),
  );
  return {
    requests,
    papers: ids.map((id) => paperOf(id)),
    outcomes: requests.flatMap((_, n) => (n % 4 === 3 ? [] : [outcomeOf(n, slate(n)[n % 3]!.paperId, 'open', { at: moment(n * 60 + 1) })])),
  };
}
