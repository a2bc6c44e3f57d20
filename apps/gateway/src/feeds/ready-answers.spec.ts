import { ReadyAnswers } from './ready-answers.js';

const setup = () => {
  const clock = { now: 0 };
  const answers = new ReadyAnswers<{ n: number }>(
    { freshMs: 250, staleMs: 1_000, maxBytes: 10_000 },
    () => 100,
    () => clock.now,
  );
  let calls = 0;
  const compute = async () => ({ n: ++calls });
  return { clock, answers, compute, calls: () => calls };
};
const turn = () => new Promise((resolve) => setImmediate(resolve));
const fail = async (): Promise<never> => {
  throw new Error('away');
};

describe('ready answers', () => {
  it('are computed once for all who ask at once, and not again while fresh', async () => {
    const { clock, answers, compute, calls } = setup();
    await Promise.all(Array.from({ length: 50 }, () => answers.get('k', compute)));
    clock.now = 250;
    expect(await answers.get('k', compute)).toEqual({ value: { n: 1 }, freshness: 'fresh' });
    expect(calls()).toBe(1);
  });

  it('are given stale while one caller fetches a newer one', async () => {
    const { clock, answers, compute } = setup();
    await answers.get('k', compute);
    clock.now = 300;
    expect(await answers.get('k', compute)).toEqual({ value: { n: 1 }, freshness: 'stale' });
    await turn();
    expect(await answers.get('k', compute)).toEqual({ value: { n: 2 }, freshness: 'fresh' });
  });

  it('are waited for when too old', async () => {
    const { clock, answers, compute } = setup();
    await answers.get('k', compute);
    clock.now = 1_001;
    expect(await answers.get('k', compute)).toEqual({ value: { n: 2 }, freshness: 'miss' });
  });

  it('are the last good ones when nobody can compute, and nobody waits twice within the fresh time', async () => {
    const { clock, answers, compute } = setup();
    await answers.get('k', compute);
    clock.now = 60_000;
    expect(await answers.get('k', fail)).toEqual({ value: { n: 1 }, freshness: 'last-good' });
    expect(await answers.get('k', compute)).toEqual({ value: { n: 1 }, freshness: 'last-good' });
    clock.now = 60_300;
    expect(await answers.get('k', compute)).toEqual({ value: { n: 2 }, freshness: 'miss' });
  });

  it('fail only when there never was one', async () => {
    await expect(setup().answers.get('k', fail)).rejects.toThrow('away');
  });
});
