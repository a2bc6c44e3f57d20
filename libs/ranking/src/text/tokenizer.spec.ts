import fc from 'fast-check';
import { foldText, singular, tokenize } from './tokenizer.js';

describe('tokenize', () => {
  it.each([
    {
      why: 'splits at anything that is not a letter or digit',
      text: 'Chain-of-Thought: 7B/13B models',
      expected: ['chain', 'thought', '7b', '13b', 'model'],
    },
    { why: 'drops stop words', text: 'Attention is all you need', expected: ['attention', 'need'] },
    { why: 'folds accents to ASCII', text: 'Erdős–Rényi Schrödinger Straße', expected: ['erdos', 'renyi', 'schrodinger', 'strasse'] },
    { why: 'keeps other scripts', text: '注意力 внимание', expected: ['注意力', 'внимание'] },
    { why: 'drops single letters and keeps single digits', text: 'a b 3 x', expected: ['3'] },
    { why: 'folds compatibility forms', text: 'ﬁne‐tuning Ｌｌａｍａ²', expected: ['fine', 'tuning', 'llama2'] },
    { why: 'drops runs that are no words', text: `ok ${'z'.repeat(41)}`, expected: ['ok'] },
    { why: 'answers nothing for nothing', text: ' \n—', expected: [] },
  ])('$why', ({ text, expected }) => {
    expect(tokenize(text)).toEqual(expected);
  });

  it('is stable: tokens of its own output are the output, for words that plural stemming left alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const once = tokenize(text);
        expect(tokenize(text)).toEqual(once);
        expect(once.every((token) => token.length > 0 && token.length <= 41 && !/\s/.test(token))).toBe(true);
      }),
    );
  });
});

describe('singular', () => {
  it.each([
    ['models', 'model'],
    ['studies', 'study'],
    ['classes', 'class'],
    ['boxes', 'box'],
    ['batches', 'batch'],
    ['bias', 'bias'],
    ['analysis', 'analysis'],
    ['corpus', 'corpus'],
    ['loss', 'loss'],
    ['gps', 'gps'],
    ['series', 'sery'],
    ['ties', 'ties'],
  ])('%s -> %s', (plural, expected) => {
    expect(singular(plural)).toBe(expected);
  });
});

describe('foldText', () => {
  it('leaves ASCII alone but for case', () => {
    expect(foldText('GPT-4o (mini)')).toBe('gpt-4o (mini)');
  });
});
