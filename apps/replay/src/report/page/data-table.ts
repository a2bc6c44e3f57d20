import type { Cell, Table } from '../plots/plot.js';
import { count, fixed } from '../numbers.js';
import { escapeMarkup } from './markup.js';

/** A table for people: heads with units, numbers to the right. @param most rows shown. */
export const dataTable = ({ columns, rows }: Table, caption: string, most = Infinity): string => {
  const numeric = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number') && rows.every((row) => typeof row[i] !== 'string'));
  const side = (i: number): string => (numeric[i] === true ? ' class="n"' : '');
  const heads = columns.map(({ heading }, i) => `<th scope="col"${side(i)}>${escapeMarkup(heading)}</th>`).join('');
  const line = (row: readonly Cell[]): string =>
    `<tr>${row.map((cell, i) => (i === 0 ? `<th scope="row"${side(i)}>` : `<td${side(i)}>`) + escapeMarkup(cellText(cell, columns[i]?.digits)) + (i === 0 ? '</th>' : '</td>')).join('')}</tr>`;
  const shown = rows.length > most ? rows.slice(0, most) : rows;
  return `<table><caption>${escapeMarkup(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>\n${shown.map(line).join('\n')}\n</tbody></table>`;
};

const cellText = (cell: Cell, digits: number | undefined): string => {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  return digits === undefined ? (Number.isInteger(cell) && cell >= 0 ? count(cell) : fixed(cell, 3)) : fixed(cell, digits);
};
