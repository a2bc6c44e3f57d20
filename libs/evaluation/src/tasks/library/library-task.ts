import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { activitySlices, seededRandom } from '#ranking';
import { ITEMS_FILE, SAVES_FILE, readItems, readSaves } from '../../data/library.js';
import type { LibraryItem } from '../../data/library.js';
import type { Comparison, EvaluationTask, Goal, ResultTable, Row, TaskOptions, TaskReport } from '../../task.js';
import { sources } from './baselines.js';
import { DEPTH, NDCG, groups } from './judged.js';
import type { Group } from './judged.js';
import { BEST_BLEND, OURS, OURS_WITH_CITATIONS, runLibrary } from './library-run.js';
import type { LibraryRun } from './library-run.js';
import { given, holdBack } from './split.js';
import type { Split } from './split.js';

/** Held out where no held-back rows are given. */
const OUTER = { coldItems: 0.1, saves: 0.2 } as const;

/** Saves that a reader is known by, where a slice of the figures begins. */
const ACTIVITY = [1, 10, 20, 50] as const;

/** What was promised of each group, relative to the baseline that is strongest there. */
const promises: Readonly<Record<Group, { readonly over: string; readonly gain: number }>> = {
  warm: { over: 'item-knn', gain: 0.06 },
  cold: { over: 'tower', gain: 0.12 },
  all: { over: BEST_BLEND, gain: 0.14 },
};

/**
 * Readers' libraries without times, such as CiteULike's: which of all items that a reader has not saved are among those the reader saved too? The real pipeline, its
 * tower and its ranker trained in the run on what is known, beside fixed baselines.
 */
export const libraryTask: EvaluationTask = {
  name: 'library',
  summary: "libraries without times: find readers' held-back saves, of known papers and of papers nobody has saved yet",
  needs: [ITEMS_FILE, SAVES_FILE],
  async run(options: TaskOptions): Promise<TaskReport> {
    const items = await readItems(options.data);
    const runs: { readonly seed: number; readonly split: Split; readonly run: LibraryRun }[] = [];
    for (const seed of options.seeds) {
      const split = await splitOf(options, items, seed);
      const root = await mkdtemp(join(tmpdir(), 'evaluate-library-'));
      try {
        runs.push({ seed, split, run: await runLibrary(items, split, { seed, root, data: basename(options.data), say: options.say }) });
      } finally {
        await rm(root, { recursive: true, force: true });
      }
    }
    return {
      task: 'library',
      data: basename(options.data),
      protocol: protocolOf(options, runs[0]!.split),
      tables: runs.flatMap(({ seed, split, run }) => tablesOf(run, split, seed, runs.length > 1)),
      comparisons: runs.flatMap(({ seed, run }) => comparisonsOf(run, seed)),
      goals: runs.flatMap(({ seed, run }) => goalsOf(run, seed)),
      notes: runs.flatMap(({ seed, run }) => notesOf(run, seed)),
    };
  },
};

const splitOf = async ({ data, test, say }: TaskOptions, items: readonly LibraryItem[], seed: number): Promise<Split> => {
  const saves = await readSaves(join(data, SAVES_FILE), items);
  say(`${items.length} items, ${saves.readers.length} readers`);
  if (test === null) return holdBack(saves.items, items.length, OUTER, seededRandom(seed));
  const held = await readSaves(test, items);
  const heldBy = new Map(held.readers.map((reader, at) => [reader, held.items[at]!]));
  const stranger = held.readers.find((reader) => !saves.readers.includes(reader));
  if (stranger !== undefined) throw new RangeError(`${test}: user ${stranger} has no row in ${SAVES_FILE}, so nothing is known to go by`);
  return given(
    saves.items,
    saves.readers.map((reader) => heldBy.get(reader) ?? new Int32Array()),
    Uint8Array.from(items, ({ cold }) => (cold ? 1 : 0)),
  );
};

const protocolOf = ({ test }: TaskOptions, { isCold, catalogue }: Split): string[] => {
  const cold = isCold.filter((is, item) => is === 1 && catalogue[item] === 1).length;
  return [
    test === null
      ? `Held back by chance: all saves of ${100 * OUTER.coldItems} % of the items (${cold} cold ones) and ${100 * OUTER.saves} % of each reader's other saves; items that nobody saved are left out.`
      : `Judged: the held-back rows given; cold are items flagged so or without a known save (${cold}).`,
    'Every item that the reader has not saved is a candidate: warm = items with known saves, cold = those without (asked for as new arrivals), all = both, of readers with warm saves held back.',
    'Titles (and abstracts where there are any); no tags. The data has no times: all saves happen at one moment. Citation links join items in either direction and are undated, so figures with them stand apart.',
    'Tower, ranker and the choice of the blend see only the known saves: an inner split (10 % of the items, 12.5 % of the saves) teaches the ranker on rows of the real pipeline. The judged part is looked at once.',
  ];
};

/** Groups in which there was anything to find. */
const judged = (run: LibraryRun): readonly Group[] => groups.filter((group) => !run.judgements[group].isEmpty);

const systemsOf = (run: LibraryRun): { readonly name: string; readonly role: Row['role'] }[] => [
  ...sources.map((name) => ({ name, role: 'baseline' as const })),
  { name: BEST_BLEND, role: 'baseline' },
  { name: OURS, role: 'ours' },
  ...(run.taughtWithCitations === null ? [] : [{ name: OURS_WITH_CITATIONS, role: 'ours' as const }]),
];

const tablesOf = (run: LibraryRun, { known, isCold, catalogue }: Split, seed: number, several: boolean): ResultTable[] => {
  const of = several ? ` (seed ${seed})` : '';
  const sizes = {
    warm: catalogue.filter((is, item) => is === 1 && isCold[item] === 0).length,
    cold: catalogue.filter((is, item) => is === 1 && isCold[item] === 1).length,
    all: catalogue.filter((is) => is === 1).length,
  };
  const slices = activitySlices(
    known.map(({ length }) => length),
    ACTIVITY,
  );
  return [
    ...judged(run).map((group) => run.judgements[group].table(`held-back saves${of}`, systemsOf(run), sizes[group], seed)),
    ...slices.flatMap(({ label, cases }) => {
      const within = new Set(cases);
      const table = run.judgements.all.table(`readers known by ${label} saves${of}`, systemsOf(run), sizes.all, seed, (reader) =>
        within.has(reader),
      );
      return table.cases === 0 ? [] : [table];
    }),
  ];
};

const best = (run: LibraryRun): string => (run.taughtWithCitations === null ? OURS : OURS_WITH_CITATIONS);

const comparisonsOf = (run: LibraryRun, seed: number): Comparison[] => {
  const ours = [...new Set([OURS, best(run)])];
  const opponents: Readonly<Record<Group, readonly string[]>> = {
    warm: ['item-knn', 'item-knn-half', BEST_BLEND],
    cold: ['tower', 'tf-idf'],
    all: [BEST_BLEND],
  };
  return judged(run).flatMap((group) =>
    ours.flatMap((better) => opponents[group].map((worse) => run.judgements[group].compare(better, worse, seed))),
  );
};

const goalsOf = (run: LibraryRun, seed: number): Goal[] =>
  judged(run).map((group) => {
    const { over, gain } = promises[group];
    const { difference, relative } = run.judgements[group].compare(best(run), over, seed);
    return {
      promise: `${group}: ${best(run)} over ${over}, ${NDCG}, seed ${seed}`,
      wanted: `>= +${(100 * gain).toFixed(0)} %, interval above 0`,
      reached: `${relative < 0 ? '' : '+'}${(100 * relative).toFixed(1)} % (${difference.low.toFixed(4)} to ${difference.high.toFixed(4)})`,
      met: relative >= gain && difference.low > 0,
    };
  });

const notesOf = (run: LibraryRun, seed: number): string[] => {
  const afterwards = run.blendsAfterwards.reduce((a, b) => (b.ndcg > a.ndcg ? b : a));
  const { warm, cold, all } = run.candidateRecall;
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return [
    `seed ${seed}: the blend chosen on inner saves is ${run.blend.name}; the best of ${run.blendsAfterwards.length} afterwards, on the judged saves, is ${afterwards.name} with ${NDCG} ${afterwards.ndcg.toFixed(4)} (all)`,
    `seed ${seed}: wanted saves among the pipeline's candidates: warm ${share(warm)}, cold ${share(cold)}, all ${share(all)}; no order of them could do better than that`,
    ...[run.taught, ...(run.taughtWithCitations === null ? [] : [run.taughtWithCitations])].map(
      ({ lists, rows, validationNdcg }, at) =>
        `seed ${seed}: ranker ${at === 0 ? 'without' : 'with'} citations learned from ${lists} lists, ${rows} rows an epoch; NDCG@${DEPTH} of its validation lists ${validationNdcg.toFixed(4)}`,
    ),
  ];
};
