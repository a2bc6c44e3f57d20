import { exitCodeOf, RefusalLog, refusalText, summaryText } from './load-report.js';
import { ProgressLine, progressText } from './progress-line.js';

const counts = { papers: 1_250, withdrawn: 0, refused: 2 };

describe('the report of a load', () => {
  it.each([
    {
      why: 'share and time left where the size is known',
      counts,
      fraction: 0.25,
      seconds: 2,
      expected: '1,250 papers, 625/s, 2 refused, 25 %, 6 s left',
    },
    { why: 'no share where it is not', counts, fraction: null, seconds: 2, expected: '1,250 papers, 625/s, 2 refused' },
    { why: 'no time left at the end', counts, fraction: 1, seconds: 2, expected: '1,250 papers, 625/s, 2 refused, 100 %' },
    {
      why: 'withdrawn papers when there are any',
      counts: { ...counts, withdrawn: 5 },
      fraction: null,
      seconds: 1,
      expected: '1,250 papers, 1,255/s, 5 withdrawn, 2 refused',
    },
    {
      why: 'minutes when it takes long',
      counts,
      fraction: 0.01,
      seconds: 10,
      expected: '1,250 papers, 125/s, 2 refused, 1 %, 17 min left',
    },
    {
      why: 'zeros at the beginning',
      counts: { papers: 0, withdrawn: 0, refused: 0 },
      fraction: 0,
      seconds: 0,
      expected: '0 papers, 0/s, 0 refused, 0 %',
    },
  ])('shows $why', ({ counts: given, fraction, seconds, expected }) => {
    expect(progressText(given, fraction, seconds)).toBe(expected);
  });

  it('writes one line over on a terminal, and few lines to a file', () => {
    for (const { isTTY, expected } of [
      { isTTY: true, expected: 4 },
      { isTTY: false, expected: 2 },
    ]) {
      const written: string[] = [];
      let now = 0;
      const line = new ProgressLine('x', { isTTY, write: (text) => written.push(text) }, () => now);
      for (; now < 400; now += 200) line.show(counts, null);
      line.end(counts, null);
      expect(written).toHaveLength(expected);
    }
  });

  it('names file, line or place, field, rule and value of a refused record', () => {
    const problems = [{ field: 'title', rule: 'must not be empty', value: '""' }];
    expect(refusalText({ origin: { file: 'a.jsonl', line: 12 }, problems })).toBe('a.jsonl:12 title must not be empty (found "")');
    expect(refusalText({ origin: { file: 'a.json', item: 3 }, problems: [...problems, ...problems] })).toBe(
      'a.json[3] title must not be empty (found "") (and 1 more)',
    );
    expect(refusalText({ origin: { file: 'a.json' }, problems: [{ field: '', rule: 'must be JSON' }] })).toBe(
      'a.json the record must be JSON',
    );
  });

  it('shows the first twenty and counts the rest', () => {
    const log = new RefusalLog();
    expect(log.lines()).toEqual([]);
    for (let line = 1; line <= 25; line++) log.add({ origin: { file: 'a', line }, problems: [] });
    expect(log.lines()).toHaveLength(22);
    expect(log.lines().at(-1)).toBe('  and 5 more');
  });

  it.each([
    { end: { papers: 5, withdrawn: 0, refused: 2, failure: null }, code: 0, says: '5 papers, 0 withdrawn, 2 refused in 1.5 s' },
    { end: { papers: 0, withdrawn: 0, refused: 0, failure: null }, code: 0, says: 'nothing new' },
    { end: { papers: 0, withdrawn: 0, refused: 2, failure: null }, code: 1, says: '2 refused' },
    { end: { papers: 5, withdrawn: 0, refused: 0, failure: new Error('broke') }, code: 1, says: '5 papers' },
  ])('ends with $code for $end', ({ end, code, says }) => {
    expect(exitCodeOf(end)).toBe(code);
    expect(summaryText('x', end, 1.5, false)).toContain(says);
  });
});
