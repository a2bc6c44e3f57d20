import fc from 'fast-check';
import { paperSchema } from '#contracts';
import { markdownOf, markdownText } from './markdown.js';

describe('Markdown of a paper', () => {
  it('has no tag, link or code of strangers in it, whatever they wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '[', ']', '(', ')', '`', '*', '_', '\\', '&', 'a', ' ') }), (text) => {
        const safe = markdownText(text);
        expect(safe).not.toMatch(/[<>]/);
        expect(safe.replaceAll(/\\[[\]`*_\\]/g, '')).not.toMatch(/[[\]`*_\\]/);
      }),
    );
  });

  it('keeps a title on one line and tells a number where there are no names', () => {
    const text = markdownOf({
      ...paperSchema.parse({
        id: 'a',
        title: 'One\n# Two',
        publishedAt: '2025-01-01',
        source: 'seed',
        authorCount: 33,
        githubRepo: 'https://github.com/a/b%20c',
      }),
    });
    expect(text).toContain('# One # Two\n');
    expect(text).toContain('- Authors: 33 authors\n');
    expect(text).toContain('- Code: <https://github.com/a/b%20c>');
  });
});
