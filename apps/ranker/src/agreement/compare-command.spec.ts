import { parseCompare } from './compare-command.js';

describe('parseCompare', () => {
  it('compares once, some times, or for ever', () => {
    const urls = ['http://a:1', 'http://b:2'];
    expect(parseCompare(urls)).toEqual({ kind: 'some', urls, times: 1, everyMs: 1_000 });
    expect(parseCompare(['http://a:1/', 'http://b:2', '--times', '10', '--every', '5'])).toEqual({
      kind: 'some',
      urls,
      times: 10,
      everyMs: 5_000,
    });
    expect(parseCompare([...urls, '--every', '60', '--admin-port', '9030'])).toEqual({
      kind: 'audit',
      urls,
      everyMs: 60_000,
      adminPort: 9030,
    });
  });

  it.each([
    [[], /which rankers/],
    [['a:1'], /not an http address: a:1/],
    [['http://a:1', '--times', '0'], /--times must be between/],
    [['http://a:1', '--every', 'often'], /--every must be between/],
    [['http://a:1', '--admin-port', '1'], /goes with --every/],
    [['http://a:1', '--loud'], /--loud/],
  ])('refuses %j', (args, problem) => {
    expect(() => parseCompare(args)).toThrow(problem);
  });
});
