import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from './command.js';
import type { TaskLoaders } from './registry.js';
import type { EvaluationTask, TaskOptions, TaskReport } from './task.js';

/** A task that reports what it was asked, and meets its goal only where the folder is named "good". */
const echo = (asked: TaskOptions[]): EvaluationTask => ({
  name: 'library',
  summary: 'says what it was asked',
  needs: ['items.csv'],
  alternatives: [['papers.jsonl']],
  run: (options) => {
    asked.push(options);
    const data = options.data.split('/').at(-1)!;
    const report: TaskReport = {
      task: 'library',
      data,
      protocol: ['split by chance'],
      tables: [
        {
          title: 'systems',
          group: 'all',
          cases: 12,
          measures: ['NDCG@20', 'MRR'],
          rows: [
            { system: 'popular', role: 'baseline', values: { 'NDCG@20': 0.1, MRR: 0.05 }, interval: { mean: 0.1, low: 0.08, high: 0.12 } },
            { system: 'pipeline', role: 'ours', values: { 'NDCG@20': 0.25, MRR: 0.2 }, interval: { mean: 0.25, low: 0.2, high: 0.3 } },
          ],
        },
      ],
      comparisons: [
        {
          group: 'all',
          measure: 'NDCG@20',
          better: 'pipeline',
          worse: 'popular',
          difference: { mean: 0.15, low: 0.1, high: 0.2 },
          relative: 1.5,
        },
      ],
      goals: [{ promise: 'ahead of popular', wanted: '> 0', reached: '+0.1500', met: data === 'good' }],
      notes: ['took 1 s'],
    };
    return Promise.resolve(report);
  },
});

const broken: EvaluationTask = {
  name: 'taste',
  summary: 'meets a broken line',
  needs: ['items.csv'],
  run: () => Promise.reject(new RangeError('items.csv line 3: year must be a number')),
};

describe('npm run evaluate', () => {
  let root: string;
  let asked: TaskOptions[];
  let printed: string;
  let said: string;
  let loaders: TaskLoaders;

  const run = (...args: string[]): Promise<number> =>
    evaluate(args, { print: (text) => void (printed += `${text}\n`), say: (line) => void (said += `${line}\n`) }, loaders);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'evaluate-'));
    await mkdir(join(root, 'good'));
    await mkdir(join(root, 'poor'));
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'good', 'items.csv'), '');
    await writeFile(join(root, 'poor', 'papers.jsonl.gz'), '');
    await writeFile(join(root, 'other', 'readme.md'), '');
    [asked, printed, said] = [[], '', ''];
    loaders = { library: () => Promise.resolve(echo(asked)) };
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it.each([
    { why: 'no data', args: [], told: '--data is missing: it must name the folder' },
    { why: 'an unknown option', args: ['--data', '.', '--fast'], told: "Unknown option '--fast'" },
    { why: 'an unknown task', args: ['--data', '.', '--task', 'poetry'], told: '--task poetry: must be all or one of library, sequence' },
    { why: 'a task that is not there', args: ['--data', '.', '--task', 'sequence'], told: '--task sequence: this build does not have it' },
    { why: 'a seed that is none', args: ['--data', '.', '--seed', '1,x'], told: '--seed x: must be whole numbers from 0 up' },
    { why: 'a missing folder', args: ['--data', '/nowhere/at/all'], told: '--data /nowhere/at/all: there is no such folder' },
    { why: 'held-back rows of no task', args: ['--data', '.', '--test', 'x.csv'], told: '--test x.csv: --task must name the one task' },
  ])('tells option, value and rule: $why', async ({ args, told }) => {
    expect(await run(...args)).toBe(2);
    expect(said).toContain(told);
    expect(printed).toBe('');
  });

  it('tells what a folder must hold when none fits', async () => {
    expect(await run('--data', join(root, 'other'))).toBe(2);
    expect(said).toContain('no folder there holds items.csv, or papers.jsonl (library)');
  });

  it('judges every folder that fits, gzipped files included, and prints what came out', async () => {
    expect(await run('--data', root, '--seed', '1,2')).toBe(0);
    expect(asked.map(({ data, seeds, test }) => [data, seeds, test])).toEqual([
      [join(root, 'good'), [1, 2], null],
      [join(root, 'poor'), [1, 2], null],
    ]);
    expect(printed).toContain('== library on good\n   split by chance');
    expect(printed).toMatch(/ {2}popular +0\.1000 +0\.0500 +0\.0800 to 0\.1200\n\* pipeline +0\.2500 +0\.2000 +0\.2000 to 0\.3000/);
    expect(printed).toMatch(/pipeline - popular +all +NDCG@20 +\+0\.1500 +\+0\.1000 to \+0\.2000 +\+150\.0 %/);
    expect(printed).toMatch(/met +ahead of popular +wanted > 0 +reached \+0\.1500/);
    expect(printed).toContain('took 1 s');
  });

  it('fails on unmet goals only when told to', async () => {
    expect(await run('--data', join(root, 'good'), '--assert')).toBe(0);
    expect(await run('--data', root)).toBe(0);
    expect(await run('--data', root, '--assert')).toBe(4);
    expect(said).toContain('1 goal(s) not met: ahead of popular');
  });

  it('writes the whole report as JSON', async () => {
    const file = join(root, 'report.json');
    expect(await run('--data', join(root, 'good'), '--out', file)).toBe(0);
    const written = JSON.parse(await readFile(file, 'utf8')) as { reports: TaskReport[] };
    expect(written.reports.map(({ task, data, goals }) => [task, data, goals.length])).toEqual([['library', 'good', 1]]);
    expect(await run('--data', join(root, 'good'), '--out', join(root, 'no', 'where.json'))).toBe(2);
    expect(said).toContain('can not be written');
  });

  it('hands held-back rows to the one task and data set they are for', async () => {
    const test = join(root, 'held.csv');
    expect(await run('--data', join(root, 'good'), '--task', 'library', '--test', test)).toBe(2);
    expect(said).toContain(`--test ${test}: there is no such file`);
    await writeFile(test, '');
    expect(await run('--data', root, '--task', 'library', '--test', test)).toBe(2);
    expect(said).toContain('--data must be one data set, not good, poor');
    expect(await run('--data', join(root, 'good'), '--task', 'library', '--test', test)).toBe(0);
    expect(asked[0]!.test).toBe(test);
  });

  it('ends with 2 and the words of the adapter when a file does not hold what it should', async () => {
    loaders = { taste: () => Promise.resolve(broken) };
    expect(await run('--data', join(root, 'good'))).toBe(2);
    expect(said).toBe('items.csv line 3: year must be a number\n');
  });

  it('does not pass off a mistake of its own as one of the data', async () => {
    loaders = { taste: () => Promise.resolve({ ...broken, run: () => Promise.reject(new TypeError('x is not a function')) }) };
    await expect(run('--data', join(root, 'good'))).rejects.toThrow(TypeError);
  });

  it('helps', async () => {
    expect(await run('--help')).toBe(0);
    expect(printed).toContain('--assert');
    expect(printed).toMatch(/library +says what it was asked\n +items\.csv\n +or papers\.jsonl/);
  });
});
