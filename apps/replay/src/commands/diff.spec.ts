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

  it.each([
    { args: ['x'], problem: 'DIR_A and DIR_B are needed' },
    { args: ['x', 'y', '--sides', 'a'], problem: '--sides a: must be two of' },
    { args: ['x', 'y', '--sides', 'a,c'], problem: '--sides a,c' },
    { args: ['x', 'y', '--k', '0'], problem: '--k 0: must be a whole number' },
  ])('says what is wrong with $args', ({ args, problem }) => {
    expect(() => readDiffOrder(args)).toThrow(problem);
  });
});
