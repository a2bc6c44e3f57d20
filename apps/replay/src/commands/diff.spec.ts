import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../cli/run-command.js';
import { slateComparisonSchema } from '../comparison/comparison-result.js';
import { paperOf, requestOf, slateOf, slotsOf, temporaryRun } from '../../../../bench/harness/written-run.js';
import { diffCommand, readDiffOrder } from './diff.js';

const ran = async (...args: readonly string[]) => {
  const [printed, said]: [string[], string[]] = [[], []];
  const code = await runCommand(['diff', ...args], [diffCommand], {
    print: (text) => void printed.push(text),
    say: (line) => void said.push(line),
    signal: new AbortController().signal,
  });
  return { code, printed: printed.join('\n'), said: said.join('\n') };
};

describe('diff', () => {
  it('prints how alike two sides are, and writes a line each request', async () => {
    using run = temporaryRun({
      papers: [paperOf('p1'), paperOf('p2')],
      requests: [1, 2].map((n) => requestOf(n, { a: slateOf(slotsOf('p1', 'p2')), b: slateOf(slotsOf('p2', 'p1')) })),
    });
    const { code, printed } = await ran(run.directory, run.directory, '--sides', 'a,b', '--k', '2');
    expect(code).toBe(0);
    expect(printed).toMatch(/all\s+2\s+1\.0000\s+0\.9000\s+-1\.0000\s+1\.0000\s+1\.0000\s+0\.0000/);
    expect(slateComparisonSchema.parse(JSON.parse(readFileSync(join(run.directory, 'diff.json'), 'utf8'))).movers).toHaveLength(2);
    const lines = readFileSync(join(run.directory, 'diff.csv'), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('at,requestId,surface,slotsFirst,slotsSecond,overlap,rbo,tau,rankChange,scoreChange,same');
    expect(lines[1]).toMatch(/^2026-11-20T08:01:00\.000Z,request-000001,for-you,2,2,1,0\.9\d*,-1,1,1,0$/);
    expect(lines).toHaveLength(3);
  });

  it('holds lines of --assert against what it found, and names each that does not hold', async () => {
    using run = temporaryRun({
      papers: [paperOf('p1'), paperOf('p2'), paperOf('p3')],
      requests: [
        requestOf(1, { a: slateOf(slotsOf('p1', 'p2')), b: slateOf(slotsOf('p1', 'p2')) }),
        requestOf(2, { a: slateOf(slotsOf('p1', 'p2')), b: slateOf(slotsOf('p3', 'p2')) }),
      ],
    });
    const asserting = (...lines: string[]) =>
      ran(run.directory, run.directory, '--sides', 'a,b', ...lines.flatMap((line) => ['--assert', line]));
    const held = await asserting('overlap@2>=0.75', 'overlap@2.least >= 0.5', 'same[surface=for-you]==0.5', 'tau.most<=1');
    expect([held.code, held.said]).toEqual([0, '']);
    const broken = await asserting('overlap@2>=0.9', 'same>=0.5', 'tau[surface=latest]>0');
    expect(broken.code).toBe(4);
    expect(broken.said.split('\n')).toEqual([
      'overlap@2>=0.9 does not hold: it is 0.75 (2 requests: 0.5 to 1)',
      'tau[surface=latest]>0 does not hold: no request of latest has such a figure in both',
    ]);
    expect(broken.printed).toContain('overlap@2');
  });

  it.each([
    { args: ['x', 'y', '--assert', 'overlap'], problem: '--assert overlap: must be MEASURE' },
    { args: ['x', 'y', '--assert', 'likeness>1'], problem: '--assert likeness>1: likeness must be one of overlap, rbo, tau' },
    { args: ['x', 'y', '--assert', 'tau@5>0'], problem: '--assert tau@5>0: only overlap has a depth' },
    { args: ['x', 'y', '--assert', 'overlap@0>0'], problem: '--assert overlap@0>0: the depth 0 must be from 1 to 1000' },
    { args: ['x', 'y', '--assert', 'rbo[surface=front]>0'], problem: '--assert rbo[surface=front]>0: front must be one of' },
    { args: ['x', 'y', '--k', '5', '--assert', 'overlap@10>0'], problem: '--assert overlap@10>0: overlap is taken at 5' },
    { args: ['x'], problem: 'DIR_A and DIR_B are needed' },
    { args: ['x', 'y', '--sides', 'a'], problem: '--sides a: must be two of' },
    { args: ['x', 'y', '--sides', 'a,c'], problem: '--sides a,c' },
    { args: ['x', 'y', '--k', '0'], problem: '--k 0: must be a whole number' },
  ])('says what is wrong with $args', ({ args, problem }) => {
    expect(() => readDiffOrder(args)).toThrow(problem);
  });
});
