import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModelFolder, writeModelFolder } from '../../manifest/model-folder.js';
import type { Manifest } from '../../manifest/manifest.js';
import { OnnxRowScorer } from '../../session/onnx-row-scorer.js';
import { rowExpectations } from '../../session/row-expectations.js';
import { RunMeter } from '../run-meter.js';
import { openRunScorer } from '../run-models.js';
import { rowsModel } from '../written-models.js';
import type { GainRule } from './gain-rule.js';
import { groupOf, judgeOnShown } from './judge-on-shown.js';
import type { ShownVerdict } from './judge-on-shown.js';
import { learnFromShown, shownSettings } from './learn-from-shown.js';
import type { Learned } from './learn-from-shown.js';
import { LittleDataFailure } from './little-data.failure.js';
import { readShownLists } from './read-shown-lists.js';
import { tells } from './shown-list.js';
import type { RetrainableModel, ShownList } from './shown-list.js';

export interface FromExport {
  readonly kind: RetrainableModel;
  /** What `replay export --point-in-time` wrote. */
  readonly file: string;
  /** Folder of the version that the new one must beat, and starts from. */
  readonly live: string;
  /** The model goes to `<out>/<kind>/<version>/`. */
  readonly out: string;
  readonly seed: number;
  /** Rows held in memory. */
  readonly mostRows: number;
  /** The last answers, this share of them, judge and teach nothing. */
  readonly heldOut: number;
  readonly least: LeastData;
  /** Nothing is written unless this holds on the answers held out. */
  readonly keepIf: GainRule;
  /** Called before anything is written: from then on the new version is the newest that there is. What it throws leaves nothing written. */
  readonly beforeWrite?: () => Promise<void>;
}

/** Below any of these nothing is trained. Only answers count on which something was chosen, and something was not. */
export interface LeastData {
  /** To learn from. */
  readonly requests: number;
  /** To judge by. */
  readonly heldOut: number;
  /** With an answer among those held out. */
  readonly readers: number;
}

export const leastData: LeastData = { requests: 500, heldOut: 100, readers: 20 };

/** 80 MB of the widest rows. */
export const MOST_ROWS = 250_000;

export interface FromExportOutcome {
  readonly verdict: ShownVerdict;
  /** Null when `keepIf` does not hold: then nothing was written. */
  readonly written: { readonly directory: string; readonly manifest: Manifest } | null;
}

/** Of the answers that teach, the last, this share of them, say when to stop. */
const STOP_SHARE = 0.15;

/**
 * Trains a new version from what readers saw and did, and judges it against the live one on the last answers, which neither it nor the moment to stop has seen. What is judged is
 * what is written: the very bytes, through a session, as the ranker would run them.
 *
 * @throws {ExportedRowsFailure} the file can not be used. @throws {LittleDataFailure} @throws a Failure of `failures.ts` where the live model can not be loaded.
 */
export const trainFromExport = async (options: FromExport, print: (line: string) => void): Promise<FromExportOutcome> => {
  const { kind, seed, keepIf } = options;
  const meter = new RunMeter(kind, print);
  const live = await OnnxRowScorer.load(options.live, rowExpectations[kind]);
  const root = await mkdtemp(join(tmpdir(), 'broadsheet-retrained-'));
  try {
    const parts = divided(await telling(options, meter), options);
    const learned = await learnFromShown(kind, parts, live, seed, meter);
    const trained = await openRunScorer(kind, learned.graph, { root, data: 'answers of this site', seed });
    const verdict = await judgeOnShown(kind, parts.judge, { live, trained }, seed);
    await trained.close();
    meter.say(verdictLine(verdict, live.version));
    if (!keepIf.holds(verdict.difference)) return { verdict, written: null };
    await options.beforeWrite?.();
    return { verdict, written: await written(options, parts, learned, verdict, live.version, meter) };
  } finally {
    await live.close();
    await rm(root, { recursive: true, force: true });
  }
};

const telling = async ({ file, kind, mostRows }: FromExport, meter: RunMeter): Promise<readonly ShownList[]> => {
  const { lists, rowsInFile, share } = await readShownLists(file, kind, mostRows);
  const kept = lists.filter(tells);
  const read = share < 1 ? `, of which ${(100 * share).toFixed(1)} % of the answers are read` : '';
  meter.say(`${rowsInFile} rows${read}; ${lists.length} answers that ${kind} ordered, ${kept.length} of them tell what was chosen`);
  return kept;
};

interface Parts {
  readonly train: readonly ShownList[];
  readonly stop: readonly ShownList[];
  readonly judge: readonly ShownList[];
}

/** By time: learn, stop, judge. @throws {LittleDataFailure} */
const divided = (lists: readonly ShownList[], { heldOut, least, kind }: FromExport): Parts => {
  const border = Math.floor(lists.length * (1 - heldOut));
  const [earlier, judge] = [lists.slice(0, border), lists.slice(border)];
  const demand = (counted: string, found: number, atLeast: number): void => {
    if (found < atLeast) throw new LittleDataFailure(counted, found, atLeast);
  };
  demand(`answers that ${kind} can learn from`, earlier.length, least.requests);
  demand(`answers held out that ${kind} can be judged by`, judge.length, least.heldOut);
  demand('readers of the answers held out', new Set(judge.map(groupOf)).size, least.readers);
  const stopAt = Math.floor(earlier.length * (1 - STOP_SHARE));
  return { train: earlier.slice(0, stopAt), stop: earlier.slice(stopAt), judge };
};

const written = async (
  { kind, out, seed }: FromExport,
  { train, stop, judge }: Parts,
  learned: Learned,
  verdict: ShownVerdict,
  liveVersion: string,
  meter: RunMeter,
): Promise<NonNullable<FromExportOutcome['written']>> => {
  const { features, heads } = rowExpectations[kind];
  const [first, last] = [train[0]!, stop.at(-1) ?? train.at(-1)!];
  const metrics = {
    answers: train.length,
    epochs: learned.epochs,
    heldOutAnswers: verdict.requests,
    heldOutReaders: verdict.readers,
    ndcg10: verdict.trained,
    ndcg10Live: verdict.live,
    lead: verdict.difference.mean,
    leadLow: verdict.difference.low,
    leadHigh: verdict.difference.high,
  };
  const { draft, files } = await rowsModel(
    kind,
    { features, heads, summary: `Learned from what readers of this site did on their answers, starting from ${kind}@${liveVersion}.` },
    { graph: learned.graph, rows: learned.rows, metrics, examples: averages(judge, features.length) },
    { settings: shownSettings[kind], seed, meter, origin: originOf(first.at, last.at) },
  );
  const directory = await writeModelFolder(join(out, kind), draft, files);
  const check = await OnnxRowScorer.load(directory, rowExpectations[kind]);
  await check.close();
  return { directory, manifest: (await readModelFolder(directory)).manifest };
};

const originOf = (from: number, to: number) => ({
  data: `answers of this site, ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
  licence: 'none: for this site only',
  attribution: 'Learned from the actions of the readers of this site. No text, paper or reader is in it.',
});

/** Means over a few parts of the lists, for golden vectors: near what is asked, and no reader's own row. */
const averages = (lists: readonly ShownList[], width: number): Float32Array[] =>
  [0, 1, 2, 3].map((part) => {
    const own = lists.filter((_, at) => at % 4 === part);
    const sums = new Float64Array(width);
    const count = own.reduce((sum, list) => sum + list.count, 0);
    for (const { rows } of own) for (let at = 0; at < rows.length; at += 1) sums[at % width]! += rows[at]! / Math.max(1, count);
    return Float32Array.from(sums);
  });

export const verdictLine = ({ requests, readers, live, trained, difference }: ShownVerdict, liveVersion: string): string => {
  const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
  return (
    `NDCG@10 of ${requests} answers of ${readers} readers held out: live (${liveVersion}) ${live.toFixed(4)}, new ${trained.toFixed(4)}, ` +
    `difference ${signed(difference.mean)} [${signed(difference.low)}, ${signed(difference.high)}]`
  );
};
