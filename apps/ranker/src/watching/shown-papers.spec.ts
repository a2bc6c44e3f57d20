import { ShownPapers } from './shown-papers.js';

const HOUR = 3_600_000;

describe('ShownPapers', () => {
  it('counts what the same reader was shown within the hour, and no other reader', () => {
    const shown = new ShownPapers();
    expect(shown.show('ada', ['a', 'b'], 0)).toEqual({ shown: 2, repeated: 0 });
    expect(shown.show('ada', ['b', 'c'], 1_000)).toEqual({ shown: 2, repeated: 1 });
    expect(shown.show('bob', ['a', 'b', 'c'], 2_000)).toEqual({ shown: 3, repeated: 0 });
    expect(shown.show('ada', ['a', 'b'], HOUR)).toEqual({ shown: 2, repeated: 1 });
    expect(shown.show(undefined, ['a'], HOUR)).toEqual({ shown: 0, repeated: 0 });
  });

  it('knows the different papers of the last hour', () => {
    const shown = new ShownPapers();
    shown.show('ada', ['a', 'b'], 0);
    shown.show(undefined, ['b', 'c'], 1_000);
    expect(shown.distinct(2_000)).toBe(3);
    expect(shown.distinct(HOUR)).toBe(2);
    expect(shown.distinct(HOUR + 1_000)).toBe(0);
  });

  it('remembers no more than a hundred papers a reader', () => {
    const shown = new ShownPapers();
    shown.show(
      'ada',
      Array.from({ length: 150 }, (_, at) => `p${at}`),
      0,
    );
    expect(shown.show('ada', ['p0', 'p49'], 1)).toEqual({ shown: 2, repeated: 0 });
    expect(shown.show('ada', ['p149'], 2)).toEqual({ shown: 1, repeated: 1 });
  });
});
