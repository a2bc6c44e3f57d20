import type { Drawing } from '../draw/svg.js';
import type { Plot } from '../plots/plot.js';
import { count } from '../numbers.js';
import { escapeMarkup } from './markup.js';
import { dataTable } from './data-table.js';

/** Rows of a plot's table on the page; the CSV has them all. */
const ROWS = 60;

/** One figure: what it is of, what the data say, how to read it, the plot, its files and its table. */
export const figureMarkup = (plot: Plot, drawing: Drawing | null, folder: string): string => {
  const { name, title, finding, reading, table } = plot;
  return `<figure id="${name}">
<figcaption><p class="kicker">${escapeMarkup(title)}</p><h3>${escapeMarkup(finding)}</h3><p>${escapeMarkup(reading)}</p></figcaption>
${drawing === null ? '<p class="empty">No data for this plot. See above for why.</p>' : `<div class="scroll">${drawing.inline}</div>`}
<p class="files">${filesOf(plot, drawing, folder)}</p>
${
  table.rows.length === 0
    ? ''
    : `<details><summary>The same as a table${table.rows.length > ROWS ? `: the first ${ROWS} of ${count(table.rows.length)} rows` : ''}</summary>
<div class="scroll">${dataTable(table, `${title}: data`, ROWS)}</div></details>`
}
</figure>`;
};

const filesOf = ({ name, title, table }: Plot, drawing: Drawing | null, folder: string): string => {
  const link = (ending: string, what: string): string =>
    `<a href="${folder}/${name}.${ending}">${what}<span hidden> of ${escapeMarkup(title)}</span></a>`;
  const csv = `${link('csv', 'data (CSV)')}, ${count(table.rows.length)} rows`;
  return drawing === null ? csv : `${link('svg', 'plot (SVG)')} · ${csv}`;
};
