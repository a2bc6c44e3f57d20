/**
 * Every colour of the report by what it means. Plots carry the light values as plain attributes, so that a saved SVG looks right in any program;
 * `darkStyle` exchanges them by attribute where the reader's screen is dark. For that no two light values may be equal.
 */
export const palette = {
  /** Titles and marks that carry the message. */
  ink: '#1b1b18',
  /** Axis labels, notes. */
  soft: '#5a5a52',
  /** Lines that are there for company. */
  faint: '#a3a197',
  grid: '#e3e1d8',
  ground: '#fbfaf5',
  a: '#8a2b12',
  b: '#14557f',
  served: '#4c4c45',
} as const;
export type Colour = keyof typeof palette;

export const darkPalette: Readonly<Record<Colour, string>> = {
  ink: '#eceae0',
  soft: '#b1ae9f',
  faint: '#747167',
  grid: '#33322b',
  ground: '#171611',
  a: '#f0a488',
  b: '#8ac6ee',
  served: '#c9c6b8',
};

/** Style sheet that turns light plots below `within` into dark ones on dark screens; paper stays light. */
export const darkStyle = (within: string): string => {
  const rules = (Object.keys(palette) as Colour[]).flatMap((colour) =>
    ['fill', 'stroke'].map((attribute) => `${within} [${attribute}="${palette[colour]}"]{${attribute}:${darkPalette[colour]}}`),
  );
  return `@media screen and (prefers-color-scheme:dark){${rules.join('')}}`;
};
