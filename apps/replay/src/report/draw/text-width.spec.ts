import { fitText, textWidth } from './text-width.js';

describe('textWidth', () => {
  it('adds up the widths of Helvetica', () => {
    expect(textWidth('Wi', 10)).toBeCloseTo(9.44 + 2.22, 10);
    expect(textWidth('Wi', 10, true)).toBeGreaterThan(textWidth('Wi', 10));
  });

  it('takes East Asian letters for squares', () => expect(textWidth('注意', 12)).toBe(24));
});

describe('fitText', () => {
  it.each([
    { why: 'leaves alone what fits', text: 'Attention', pixels: 100, expected: 'Attention' },
    {
      why: 'cuts between words where that loses little',
      text: 'Attention is all you need today',
      pixels: 155,
      expected: 'Attention is all you need…',
    },
    { why: 'cuts a long word', text: 'Overparameterisation', pixels: 70, expected: 'Overparam…' },
    { why: 'leaves no comma before the ellipsis', text: 'Faster, higher', pixels: 52, expected: 'Faster…' },
  ])('$why', ({ text, pixels, expected }) => {
    const fitted = fitText(text, pixels, 12);
    expect(fitted).toBe(expected);
    expect(textWidth(fitted, 12)).toBeLessThanOrEqual(pixels);
  });

  it('never splits a letter that takes two code units', () => expect(fitText('𝔸𝔸𝔸𝔸𝔸𝔸', 30, 12)).toMatch(/^𝔸+…$/u));
});
