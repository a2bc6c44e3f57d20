import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../cli/run-command.js';
import { evaluationSchema } from '../evaluation/evaluation-result.js';
import { outcomeOf, paperOf, requestOf, servedOf, slateOf, slotsOf, temporaryRun } from '../../../../bench/harness/written-run.js';
import { evalCommand, readEvalOrder } from './eval.js';

const run = () =>
  temporaryRun({
    papers: [paperOf('p1'), paperOf('p2')],
    requests: [1, 2, 3].map((n) => requestOf(n, { served: servedOf(slotsOf('p1', 'p2')), a: slateOf(slotsOf('p2', 'p1')) })),
    outcomes: [1, 2, 3].map((n) => outcomeOf(n, 'p2', 'open')),
  });

const ran = async (...args: readonly string[]) => {
  const [printed, said]: [string[], string[]] = [[], []];
  const code = await runCommand(['eval', ...args], [evalCommand], {
    print: (text) => void printed.push(text),
    say: (line) => void said.push(line),
    signal: new AbortController().signal,
  });
  return { code, printed: printed.join('\n'), said: said.join('\n') };
};

describe('eval', () => {
  it('prints tables and writes what report reads and a spreadsheet opens', async () => {
    using dir = run();
    const { code, printed } = await ran(dir.directory, '--metrics', 'mrr', '--by', 'none');
    expect(code).toBe(0);
    expect(printed).toMatch(/mrr\s+3\s+0\.5000 \[0\.5000, 0\.5000\]\s+1\.0000 \[1\.0000, 1\.0000\]\s+\+0\.5000/);
    expect(evaluationSchema.parse(JSON.parse(readFileSync(join(dir.directory, 'eval.json'), 'utf8'))).counts.judged).toBe(3);
    expect(readFileSync(join(dir.directory, 'eval.csv'), 'utf8').split('\n')).toEqual([
      'metric,slice,value,side,minus,requests,readers,estimate,low,high',
      'mrr,all,all,served,,3,3,0.5,0.5,0.5',
      'mrr,all,all,a,,3,3,1,1,1',
      'mrr,all,all,a,served,3,3,0.5,0.5,0.5',
      '',
    ]);
  });

  it('ends with 4 and the lines that do not hold, and with 0 when all do', async () => {
    using dir = run();
    const failed = await ran(
      dir.directory,
      '--metrics',
      'mrr',
      '--assert',
      'mrr>=0.9',
      '--assert',
      'a-served.ndcg@10.low>0.9',
      '--assert',
      'hit@1<0.5',
    );
    expect(failed.code).toBe(4);
    expect(failed.said).toMatch(/a-served\.ndcg@10\.low>0\.9 does not hold: it is 0\.36907/);
    expect(failed.said).toContain('hit@1<0.5 does not hold: it is 1');
    expect(failed.said).not.toContain('mrr');
    expect((await ran(dir.directory, '--assert', 'mrr>=1')).code).toBe(0);
  });

  it('refuses off-policy estimates from too little, with 2 and how little it was', async () => {
    using dir = run();
    const { code, said } = await ran(dir.directory, '--off-policy');
    expect(code).toBe(2);
    expect(said).toContain(
      'REPLAY_EFFECTIVE_SAMPLES: no off-policy estimate from fewer than 100 effective samples: a has 0 of 0 explored slots',
    );
  });

  it.each([
    { args: [], problem: 'DIR is missing' },
    { args: ['x', 'y'], problem: 'y:' },
    { args: ['x', '--metrics', 'speed'], problem: '--metrics speed: must be one of ndcg@K' },
    { args: ['x', '--metrics', 'ndcg'], problem: '--metrics ndcg: must say how deep it looks' },
    { args: ['x', '--by', 'colour'], problem: '--by colour: must be one of topic' },
    { args: ['x', '--assert', 'mrr'], problem: '--assert mrr: must be' },
    { args: ['x', '--seed', '-1'], problem: '--seed' },
    { args: ['x', '--resamples', '5'], problem: '--resamples 5: must be a whole number from 100' },
    { args: ['x', '--reward', 'gain'], problem: '--reward gain: goes with --off-policy' },
    { args: ['x', '--off-policy', '--reward', 'gold'], problem: '--reward gold: must be engaged or gain' },
  ])('says what is wrong with $args', ({ args, problem }) => {
    expect(() => readEvalOrder(args)).toThrow(problem);
  });

  it('says which directory is no run', async () => {
    expect(await ran('/nowhere/at/all')).toMatchObject({ code: 2, said: expect.stringContaining('/nowhere/at/all/manifest.json') });
  });
});
