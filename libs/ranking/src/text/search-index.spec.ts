import fc from 'fast-check';
import { SearchIndex } from './search-index.js';
import { tokenize } from './tokenizer.js';

const before = (a: number, b: number): boolean => a < b;
const all = (): boolean => true;
const text = (title: string, abstract = '', authors: string[] = []) => ({ title, abstract, authors });
const found = (index: SearchIndex, query: string): number[] => index.search(query, 10, before, all).map(({ paper }) => paper);

describe('SearchIndex', () => {
  const index = new SearchIndex();
  index.put(0, text('Attention is all you need', 'The dominant sequence models are recurrent.', ['Ashish Vaswani']));
  index.put(1, text('Graph attention networks', 'Attention over graphs.', ['Petar Veličković']));
  index.put(2, text('Diffusion models beat GANs', 'We use attention at several resolutions.'));

  it.each([
    { why: 'ranks a title above an abstract', query: 'attention', expected: [1, 0, 2] },
    { why: 'ranks all terms above one', query: 'graph attention', expected: [1, 0, 2] },
    { why: 'finds plurals by singulars, and authors without accents', query: 'velickovic NETWORK', expected: [1] },
    { why: 'prefers rare terms', query: 'diffusion attention', expected: [2, 1, 0] },
    { why: 'finds nothing for unknown words', query: 'zebra', expected: [] },
    { why: 'finds nothing for stop words', query: 'is all the', expected: [] },
  ])('$why', ({ query, expected }) => {
    expect(found(index, query)).toEqual(expected);
  });

  it('gives BM25 as computed by hand', () => {
    const one = new SearchIndex();
    one.put(0, text('cat'));
    one.put(1, text('dog', 'cat cat'));
    // Lengths 4 and 6 (a title word counts four times), mean 5; both papers have "cat": idf = ln(1 + 0.5 / 2.5).
    const idf = Math.log(1.2);
    const score = (tf: number, length: number): number => (idf * tf * 2.2) / (tf + 1.2 * (0.4 + (0.6 * length) / 5));
    expect(one.search('cat', 5, before, all)).toEqual([
      { paper: 0, score: expect.closeTo(score(4, 4), 12) },
      { paper: 1, score: expect.closeTo(score(2, 6), 12) },
    ]);
  });

  it('finds the same as reading every paper, through replacements, removals, rebuilds and a restore', () => {
    const word = fc.constantFrom('graph', 'attention', 'robot', 'vision', 'speech', 'tree');
    const step = fc.record({ paper: fc.nat(30), title: fc.array(word, { maxLength: 3 }), gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), word, (steps, query) => {
        let live = new SearchIndex();
        const titles = new Map<number, string>();
        steps.forEach(({ paper, title, gone }, i) => {
          if (gone) live.remove(paper);
          else live.put(paper, text(title.join(' ')));
          titles.set(paper, gone ? '' : title.join(' '));
          if (i % 150 === 149) live.search('graph', 1, before, all);
        });
        const { terms, listOf } = live.entries();
        const restored = new SearchIndex();
        restored.restore(
          terms,
          Array.from({ length: 31 }, (_, paper) => listOf(paper).slice()),
        );
        const expected = [...titles].filter(([, title]) => tokenize(title).includes(query)).map(([paper]) => paper);
        const hits = live.search(query, 50, before, all);
        expect(hits.map(({ paper }) => paper).toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
        expect(restored.search(query, 50, before, all)).toEqual(hits);
        live = restored;
      }),
      { numRuns: 60 },
    );
  });
});
