import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '#ranking';
import { MANIFEST_FILE, type Manifest } from '../../../apps/replay/src/files/manifest.js';
import { runFiles, type Outcome, type ReplayedPaper } from '../../../apps/replay/src/files/run-files.js';
import { inventPapers, type InventedPaper } from './papers.js';
import { inventReaders, inventRequest, type RequestChoices } from './requests.js';
import { inventAccrual, inventStream, inventTrends } from './stream.js';

const DAY = 86_400_000;
const FROM = Date.parse('2025-11-17T00:00:00Z');

export interface RunChoices extends RequestChoices {
  readonly seed: number;
  readonly requests: number;
  readonly days: number;
}

export const usualRun: RunChoices = { seed: 7, requests: 1500, days: 7, b: true, at: 'served' };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const paperLine = ({ paperId, title, since, topics, organization }: InventedPaper): ReplayedPaper => ({
  paperId,
  title,
  since: new Date(since).toISOString(),
  topics: [...topics],
  ...(organization === undefined ? {} : { organization }),
});

const byRequestAndTime = (x: Outcome, y: Outcome): number =>
  x.requestId < y.requestId ? -1 : x.requestId > y.requestId ? 1 : x.at < y.at ? -1 : 1;

/** Writes a run that never was, in the files and order of a real one: every plot of a report has data. The same choices give the same bytes. */
export const writeInventedRun = (directory: string, choices: RunChoices = usualRun): void => {
  const random = seededRandom(choices.seed);
  const to = FROM + choices.days * DAY;
  const papers = inventPapers(40 * choices.days, FROM, to, random);
  const readers = inventReaders(Math.max(10, Math.floor(choices.requests / 8)), random);
  const requests = Array.from({ length: choices.requests }, (_, i) =>
    inventRequest(i, Math.round(FROM + ((i + 0.5) * (to - FROM)) / choices.requests), readers, papers, choices, random),
  );
  const outcomes = requests.flatMap((each) => each.outcomes).sort(byRequestAndTime);
  const files: Record<string, string> = {
    [runFiles.slates]: lines(requests.map(({ request }) => request)),
    [runFiles.outcomes]: lines(outcomes),
    [runFiles.papers]: lines(papers.map(paperLine)),
    [runFiles.trends]: lines(inventTrends(papers, FROM, to)),
    [runFiles.accrual]: lines(inventAccrual(papers, to)),
    [runFiles.stream]: `${JSON.stringify(inventStream(outcomes, papers.length, FROM, to, random))}\n`,
  };
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  writeFileSync(join(directory, MANIFEST_FILE), `${JSON.stringify(manifestOf(choices, files, to), null, 2)}\n`);
};

const sideOf = (version: string): Manifest['a'] => ({
  models: { encoder: { version: '2025-10-02', sha256: sha256('encoder') }, personal: { version, sha256: sha256(version) } },
  config: { trending: { halfLifeHours: 6 } },
  configHash: 'c0ffee',
});

const manifestOf = (choices: RunChoices, files: Readonly<Record<string, string>>, to: number): Manifest => ({
  format: 1,
  options: { last: `${choices.days}d`, at: choices.at, state: 'cold', asOf: 'recorded' },
  source: { kind: 'log' },
  range: {
    from: { 'interactions.v1/0': '0' },
    to: { 'interactions.v1/0': '52596' },
    first: new Date(FROM).toISOString(),
    last: new Date(to).toISOString(),
  },
  counts: { 'papers.v1': 283, 'interactions.v1': 52_596, requests: choices.requests },
  streamHash: sha256('stream'),
  stateHash: sha256('state'),
  a: sideOf('2025-11-10'),
  ...(choices.b ? { b: sideOf('2025-11-20') } : {}),
  codeHash: sha256('code'),
  runtime: { node: '20.20.2', onnxruntime: '1.30.0' },
  seed: choices.seed,
  latePolicy: 'up to 7 days late counts',
  files: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, sha256(text)])),
});
