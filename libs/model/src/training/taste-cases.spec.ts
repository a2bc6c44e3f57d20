import { curatorsOf } from './taste-cases.js';

const rows = (user: string, count: number) => Array.from({ length: count }, (_, at) => ({ user, paperId: `${user}-${at}`, day: at }));

describe('curatorsOf', () => {
  it.each([
    { why: 'nobody has put a hundred there', rows: [...rows('a', 99), ...rows('b', 1)], curators: [] },
    { why: 'one has put a hundred there, and a large share', rows: [...rows('a', 100), ...rows('b', 99)], curators: ['a'] },
    {
      why: 'a hundred is little among very many',
      rows: [...rows('a', 100), ...Array.from({ length: 11_000 }, (_, at) => rows(`r${at}`, 1)).flat()],
      curators: [],
    },
  ])('when $why', ({ rows: submissions, curators }) => {
    expect([...curatorsOf(submissions)]).toEqual(curators);
  });
});
