/**
 * Widths of Helvetica in thousandths of its size (Adobe's font metrics; Arial and Liberation Sans have the same). Layout by this table instead of by a font of the
 * machine gives the same bytes everywhere.
 */
const byWidth: Readonly<Record<number, string>> = {
  191: "'",
  222: 'ijl’‘',
  260: '|',
  278: ' !,./:;I[\\]ft·',
  333: '()-`r“”',
  334: '{}',
  355: '"',
  389: '*',
  469: '^',
  500: 'Jcksvxyz',
  556: '#$0123456789?L_abdeghnopqu–',
  584: '+<=>~±×−',
  611: 'FTZ',
  667: '&ABEKPSVXY',
  722: 'CDHNRUw',
  778: 'GOQ',
  833: 'Mm',
  889: '%',
  944: 'W',
  1015: '@',
};
const widths = new Map(
  Object.entries(byWidth).flatMap(([width, letters]) => Array.from(letters, (letter) => [letter, Number(width)] as const)),
);
/** Accented letters, Greek, arrows: wide enough for most. East Asian letters fill the square. */
const widthOf = (letter: string): number => widths.get(letter) ?? (letter.codePointAt(0)! >= 0x2e80 ? 1000 : 667);
const BOLD = 1.07;

/** @param size in pixels. Out: width in pixels. */
export const textWidth = (text: string, size: number, bold = false): number => {
  let width = 0;
  for (const letter of text) width += widthOf(letter);
  return ((width * size) / 1000) * (bold ? BOLD : 1);
};

/** The text, or as much of it as fits into `pixels` with an ellipsis, cut between words where that loses little. */
export const fitText = (text: string, pixels: number, size: number, bold = false): string => {
  if (textWidth(text, size, bold) <= pixels) return text;
  const letters = Array.from(text);
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size, bold) > pixels) letters.pop();
  const cut = letters.join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > cut.length * 0.85 ? cut.slice(0, space) : cut).replace(/[\s,:;.-]+$/, '')}…`;
};
