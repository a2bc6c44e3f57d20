import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PaperId, ReaderRef } from '#contracts';
import { canonicalJson } from '../../apps/replay/src/files/canonical-json.js';
import { MANIFEST_FILE, manifestText } from '../../apps/replay/src/files/manifest.js';
import {
  outcomeSchema,
  replayedPaperSchema,
  replayedRequestSchema,
  runFiles,
  type Outcome,
  type ReplayedPaper,
  type ReplayedRequest,
  type ReplayedSlate,
  type ReplayedSlot,
} from '../../apps/replay/src/files/run-files.js';

export interface RunContents {
  readonly requests: readonly ReplayedRequest[];
  readonly outcomes?: readonly Outcome[];
  readonly papers?: readonly ReplayedPaper[];
}

const linesOf = <T>(rows: readonly T[], keyOf: (row: T) => string, text: (row: T) => string): string =>
  rows
    .map((row) => ({ key: keyOf(row), line: `${text(row)}\n` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ line }) => line)
    .join('');

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const NOTHING = hash('');

/** Writes what `run` would have written of these requests, in its order and with its hashes. */
export const writeRun = (directory: string, { requests, outcomes = [], papers = [] }: RunContents): void => {
  mkdirSync(directory, { recursive: true });
  const texts = {
    [runFiles.slates]: linesOf(requests, ({ at, requestId }) => `${at} ${requestId}`, canonicalJson(replayedRequestSchema)),
    [runFiles.outcomes]: linesOf(
      outcomes,
      ({ requestId, at, paperId, action }) => `${requestId} ${at} ${paperId} ${action}`,
      canonicalJson(outcomeSchema),
    ),
    [runFiles.papers]: linesOf(papers, ({ paperId }) => paperId, canonicalJson(replayedPaperSchema)),
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  const side = { models: {}, config: {}, configHash: 'none' };
  writeFileSync(
    join(directory, MANIFEST_FILE),
    manifestText({
      format: 1,
      options: {},
      source: { kind: 'file' },
      range: { from: {}, to: {}, first: null, last: null },
      counts: {},
      streamHash: NOTHING,
      stateHash: NOTHING,
      a: side,
      codeHash: NOTHING,
      runtime: {},
      seed: 1,
      latePolicy: 'none',
      files: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hash(text)])),
    }),
  );
};

/** A run directory of its own that is gone at the end of the scope. */
export const temporaryRun = (contents: RunContents): { readonly directory: string } & Disposable => {
  const directory = mkdtempSync(join(tmpdir(), 'replay-run-'));
  writeRun(directory, contents);
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
};

export const paperNamed = (id: string): PaperId => id as PaperId;
export const readerNamed = (n: number): ReaderRef => `r_${String(n).padStart(22, '0')}` as ReaderRef;

/** Slots of papers in order, scores falling; a slot may be told in full. */
export const slotsOf = (...papers: readonly (string | Partial<ReplayedSlot>)[]): ReplayedSlot[] =>
  papers.map((paper, place) => ({
    paperId: paperNamed('p'),
    score: 10 - place,
    propensity: 1,
    source: 'trending',
    ...(typeof paper === 'string' ? { paperId: paperNamed(paper) } : paper),
  }));

export const slateOf = (slots: readonly ReplayedSlot[], place?: number | null): ReplayedSlate => ({
  model: { name: 'personal', version: '1' },
  configHash: 'c',
  degraded: [],
  candidates: slots.length,
  dropped: {},
  slots: [...slots],
  ...(place === undefined ? {} : { place }),
});

export const servedOf = (slots: readonly ReplayedSlot[]): NonNullable<ReplayedRequest['served']> => ({
  model: { name: 'personal', version: '1' },
  configHash: 'c',
  degraded: [],
  slots: [...slots],
});

export const MORNING = Date.parse('2026-11-20T08:00:00.000Z');
export const moment = (minutes: number): string => new Date(MORNING + minutes * 60_000).toISOString();

/** A for-you request of a reader, a minute after the one before it. */
export const requestOf = (n: number, parts: Pick<ReplayedRequest, 'a'> & Partial<ReplayedRequest>): ReplayedRequest => ({
  requestId: `request-${String(n).padStart(6, '0')}`,
  at: moment(n),
  surface: 'for-you',
  readerRef: readerNamed(n),
  arm: 'control',
  history: 0,
  ...parts,
});

export const outcomeOf = (n: number, paper: string, action: Outcome['action'], parts: Partial<Outcome> = {}): Outcome => ({
  requestId: `request-${String(n).padStart(6, '0')}`,
  paperId: paperNamed(paper),
  action,
  at: moment(n + 1),
  ...parts,
});

export const paperOf = (id: string, parts: Partial<ReplayedPaper> = {}): ReplayedPaper => ({
  paperId: paperNamed(id),
  title: `Paper ${id}`,
  since: moment(-60),
  topics: [],
  ...parts,
});
