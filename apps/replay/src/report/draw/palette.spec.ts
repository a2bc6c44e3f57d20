import { darkPalette, palette, type Colour } from './palette.js';

/** Relative luminance. Source: WCAG 2.2. */
const luminance = (hex: string): number => {
  const [red, green, blue] = [1, 3, 5].map((from) => {
    const share = parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};
const contrast = (one: string, other: string): number => {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
};

describe('the colours of plots', () => {
  const ofText: readonly Colour[] = ['ink', 'soft', 'a', 'b', 'served'];

  it.each(ofText)('%s can be read on light and dark ground', (colour) => {
    expect(contrast(palette[colour], palette.ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(darkPalette[colour], darkPalette.ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('are all different, so that each has one dark counterpart', () =>
    expect(new Set(Object.values(palette)).size).toBe(Object.keys(palette).length));
});
