/**
 * Opens a report in headless Chromium and measures it there: every plot has marks from data (or says why not), no text lies on another or leaves its picture, letters are at least 11 pixels,
 * each plot has a title, a description and a table, and the page is not wider than the window. Without --run it makes an invented run and reports that.
 *
 *   npm run bench -- replay-report [--run DIR] [--width 1280] [--screenshot FILE.png] [--chromium PATH]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reportCommand } from '../apps/replay/src/commands/report.js';
import { writeInventedRun } from './harness/invented-run/invented-run.js';
import { photographReport, probeReport, type ProbedPlot } from './harness/report-probe.js';
import { table } from './harness/table.js';

const { values: options } = parseArgs({
  options: {
    run: { type: 'string' },
    width: { type: 'string', default: '1280' },
    screenshot: { type: 'string' },
    chromium: { type: 'string', default: 'chromium' },
  },
});

const SMALLEST_LETTERS = 11;
/** All plots of a report at the usual widths, without tables that are closed. */
const PAGE_HEIGHT = 11_000;

const faultsOf = ({ empty, marks, overlaps, cut, smallest, titled, rows }: ProbedPlot): string[] => [
  ...(empty
    ? []
    : [
        ...(marks === 0 ? ['no marks'] : []),
        ...(smallest < SMALLEST_LETTERS ? [`letters of ${smallest.toFixed(1)} pixels`] : []),
        ...(titled ? [] : ['no title or description']),
        ...(rows === 0 ? ['no table'] : []),
      ]),
  ...overlaps.map((pair) => `overlap: ${pair}`),
  ...cut.map((text) => `cut off: ${text}`),
];

const check = async (directory: string): Promise<boolean> => {
  const page = resolve(directory, 'report.html');
  const width = Number(options.width);
  const { plots, overflows } = await probeReport(page, { chromium: options.chromium, width });
  const rows = plots.map((plot) => [
    plot.name,
    plot.empty ? 'says why' : String(plot.marks),
    String(plot.texts),
    plot.empty ? '-' : plot.smallest.toFixed(1),
    String(plot.rows),
    String(faultsOf(plot).length),
  ]);
  console.log(table(['plot', 'marks', 'texts', 'smallest px', 'table rows', 'faults'], rows));
  const faults = plots.flatMap((plot) => faultsOf(plot).map((fault) => `${plot.name}: ${fault}`));
  if (overflows) faults.push(`the page is wider than ${width} pixels`);
  if (plots.length === 0) faults.push('the page has no plot');
  for (const fault of faults) console.log(fault);
  if (options.screenshot !== undefined)
    await photographReport(page, resolve(options.screenshot), { chromium: options.chromium, width, height: PAGE_HEIGHT });
  console.log(faults.length === 0 ? `${plots.length} plots, nothing wrong` : `${faults.length} faults`);
  return faults.length === 0;
};

const checkInvented = async (): Promise<boolean> => {
  const directory = await mkdtemp(join(tmpdir(), 'invented-run-'));
  try {
    writeInventedRun(directory);
    await reportCommand.run([directory], { print: () => undefined, say: console.error, signal: new AbortController().signal });
    return await check(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

process.exitCode = (await (options.run === undefined ? checkInvented() : check(options.run))) ? 0 : 1;
