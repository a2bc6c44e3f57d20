import { OptionsProblem, parseOptions } from './options.js';

describe('parseOptions', () => {
  const defaults = { broker: 'auto', papers: [], port: 8080, seed: true, simulate: true, rankers: 1, dataDir: '.data' };

  it.each([
    { line: '', options: {} },
    { line: '--broker=embedded --port 9000', options: { broker: 'embedded', port: 9000 } },
    { line: '--papers a.jsonl --papers b.jsonl.gz', options: { papers: ['a.jsonl', 'b.jsonl.gz'] } },
    {
      line: '--no-simulation --no-seed --rankers=3 --data-dir /tmp/x',
      options: { simulate: false, seed: false, rankers: 3, dataDir: '/tmp/x' },
    },
  ])('reads "$line"', ({ line, options }) => {
    expect(parseOptions(line.split(' ').filter(Boolean))).toEqual({ ...defaults, ...options });
  });

  it.each([['--help'], ['-h']])('%s asks for help', (flag) => {
    expect(parseOptions([flag])).toBeNull();
  });

  it.each([
    { line: '--port 0', says: '--port must be a whole number from 1 to 65535' },
    { line: '--port eighty', says: '--port must be' },
    { line: '--rankers 9', says: '--rankers must be a whole number from 1 to 8' },
    { line: '--broker rabbit', says: '--broker must be auto, kafka or embedded' },
    { line: '--frobnicate', says: '--frobnicate' },
    { line: 'papers.jsonl', says: 'papers.jsonl' },
  ])('refuses "$line"', ({ line, says }) => {
    const parse = (): unknown => parseOptions(line.split(' '));
    expect(parse).toThrow(OptionsProblem);
    expect(parse).toThrow(says);
  });
});
