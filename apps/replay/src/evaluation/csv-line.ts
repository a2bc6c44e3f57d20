/** A text that a spreadsheet would take for a formula. */
const isFormula = /^[=+\-@\t\r]/;

/**
 * One line of a CSV file with its end (LF): quotes around what holds a quote, comma or line end, nothing where there is no value, numbers in full. Source: RFC 4180. What a spreadsheet would take for
 * a formula gets an apostrophe, as OWASP advises: topics and titles are written by strangers.
 */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(field).join(',')}\n`;

const field = (cell: string | number | null): string => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = isFormula.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
