import { duration, Progress } from './progress.js';

describe('progress', () => {
  const watched = (): { said: string[]; progress: Progress; clock: { now: number } } => {
    const [said, clock] = [[] as string[], { now: 0 }];
    return {
      said,
      clock,
      progress: new Progress(
        (line) => said.push(line),
        () => clock.now,
      ),
    };
  };

  it('says every two seconds how far, how fast and how long', () => {
    const { said, progress, clock } = watched();
    for (clock.now = 0; clock.now <= 5000; clock.now += 500) progress.update(clock.now * 2, 100_000, 'records');
    progress.end();
    expect(said).toEqual([
      '4,000 of 100,000 (4 %) records, 2,000/s, 48 s left',
      '8,000 of 100,000 (8 %) records, 2,000/s, 46 s left',
      '10,000 records in 6 s, 1,818/s',
    ]);
  });

  it('is silent about what is done at once, and about a total that nobody knows', () => {
    const { said, progress, clock } = watched();
    clock.now = 1000;
    progress.update(10, null, 'papers');
    progress.end();
    expect(said).toEqual([]);
    clock.now = 2000;
    progress.update(20, null, 'papers');
    expect(said).toEqual(['20 papers, 10/s']);
  });

  it.each([
    [0.2, '1 s'],
    [99, '99 s'],
    [150, '3 min'],
    [3600, '1 h'],
    [7800, '2 h 10 min'],
  ])('calls %d seconds %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
