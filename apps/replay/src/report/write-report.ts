import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csvLine } from '../evaluation/csv-line.js';
import { drawPicture, type Drawing } from './draw/svg.js';
import { reportPage, type DrawnChapter } from './page/page.js';
import { chapters } from './plots/all-plots.js';
import type { Plot } from './plots/plot.js';
import type { RunFacts } from './run/run-facts.js';

/** What `report` writes into a run directory. */
export const reportFiles = { page: 'report.html', folder: 'report' } as const;

export interface WrittenReport {
  readonly page: string;
  readonly plots: readonly Plot[];
}

/**
 * Draws every plot and writes `report.html`, and into `report/` each plot as SVG and its data as CSV. What an earlier report left there is removed.
 * The same facts give the same bytes.
 */
export const writeReport = async (directory: string, facts: RunFacts): Promise<WrittenReport> => {
  const folder = join(directory, reportFiles.folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const drawn: DrawnChapter[] = [];
  for (const { title, plots } of chapters) {
    const figures = [];
    for (const plot of plots.map((make) => make(facts))) figures.push({ plot, drawing: await writePlot(folder, plot) });
    drawn.push({ title, figures });
  }
  const page = join(directory, reportFiles.page);
  await writeFile(page, reportPage(facts, drawn, reportFiles.folder));
  return { page, plots: drawn.flatMap(({ figures }) => figures.map(({ plot }) => plot)) };
};

const writePlot = async (folder: string, plot: Plot): Promise<Drawing | null> => {
  const { columns, rows } = plot.table;
  await writeFile(join(folder, `${plot.name}.csv`), [columns.map(({ name }) => name), ...rows].map(csvLine).join(''));
  if (plot.picture === null) return null;
  const drawing = await drawPicture(plot.picture, { name: plot.name, title: plot.title, description: `${plot.finding} ${plot.reading}` });
  await writeFile(join(folder, `${plot.name}.svg`), drawing.file);
  return drawing;
};
