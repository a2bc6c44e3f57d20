import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measurement } from './report-measurement.js';

/** What a browser makes of one plot of a report. */
export interface ProbedPlot {
  readonly name: string;
  /** It says that it has no data, and why. */
  readonly empty: boolean;
  /** Points, lines, areas, bars and rules drawn from data. */
  readonly marks: number;
  readonly texts: number;
  /** Smallest letters in pixels on the page. */
  readonly smallest: number;
  /** Pairs of texts that lie on each other. */
  readonly overlaps: readonly string[];
  /** Texts that leave the picture. */
  readonly cut: readonly string[];
  readonly titled: boolean;
  /** Rows of the table that stands for it. */
  readonly rows: number;
}

export interface ProbedPage {
  readonly plots: readonly ProbedPlot[];
  /** The page is wider than the window. */
  readonly overflows: boolean;
}

const run = promisify(execFile);
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
];

const probed = `<script>document.documentElement.setAttribute('data-probe', encodeURIComponent(JSON.stringify(${measurement})))</script>`;

/** Lays a report out in a headless browser and measures it there. The page forbids scripts: a copy without that rule is measured. */
export const probeReport = async (
  page: string,
  { chromium, width }: { readonly chromium: string; readonly width: number },
): Promise<ProbedPage> => {
  const folder = await mkdtemp(join(tmpdir(), 'report-probe-'));
  try {
    const html = await readFile(page, 'utf8');
    const copy = join(folder, 'report.html');
    await writeFile(copy, html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '').replace('</body>', `${probed}</body>`));
    const { stdout } = await run(
      chromium,
      [...flags, `--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width},1000`, '--dump-dom', `file://${copy}`],
      {
        maxBuffer: 1 << 28,
      },
    );
    const found = /data-probe="(?<json>[^"]*)"/.exec(stdout)?.groups?.['json'];
    if (found === undefined) throw new Error(`${chromium} did not run the measurement`);
    return JSON.parse(decodeURIComponent(found)) as ProbedPage;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A picture of the page as a reader sees it. @param height pixels of the window, of which one picture is made. */
export const photographReport = async (
  page: string,
  file: string,
  { chromium, width, height }: { readonly chromium: string; readonly width: number; readonly height: number },
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'report-probe-'));
  try {
    await run(chromium, [
      ...flags,
      `--user-data-dir=${join(folder, 'profile')}`,
      `--window-size=${width},${height}`,
      `--screenshot=${file}`,
      `file://${page}`,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
