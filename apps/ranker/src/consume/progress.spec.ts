import { FoldProgress } from './progress.js';

const topicsFolded = ['papers.v1', 'interactions.v1'];
const progress = (): FoldProgress => new FoldProgress({ 'interactions.v1/3': '10' }, topicsFolded);

describe('FoldProgress', () => {
  it.each([
    { why: 'nothing is asked', after: {}, reached: true },
    { why: 'it is folded already', after: { 'interactions.v1/3': '10' }, reached: true },
    { why: 'one record is missing', after: { 'interactions.v1/3': '11' }, reached: false },
    { why: 'nothing of the partition is folded', after: { 'papers.v1/0': '1' }, reached: false },
    { why: 'the topic is none that is folded here', after: { 'feed.served.v1/0': '99' }, reached: true },
    { why: 'offsets outgrow a number', after: { 'interactions.v1/3': '9007199254740993' }, reached: false },
  ])('answers $reached when $why', async ({ after, reached }) => {
    expect(await progress().waitFor(after, 1)).toBe(reached);
  });

  it('wakes when the last of several positions is reached, in any order', async () => {
    const folded = progress();
    const done = folded.waitFor({ 'interactions.v1/3': '12', 'papers.v1/1': '2' }, 60_000);
    folded.reached('papers.v1', 1, 5n);
    folded.reached('interactions.v1', 3, 11n);
    folded.reached('interactions.v1', 3, 12n);
    expect(await done).toBe(true);
  });

  it('knows where it stands', () => {
    const folded = progress();
    folded.reached('papers.v1', 0, 4n);
    expect([folded.of('interactions.v1', 3), folded.of('papers.v1', 0), folded.of('papers.v1', 1)]).toEqual([10n, 4n, 0n]);
  });
});
