import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { RunMeter, encoderSettings, openRunEncoder, readerStateSettings, trainTextEncoder } from '#model';
import type { RunProvenance } from '#model';
import { filmFiles, readFilmRatings } from '../../data/film-ratings.js';
import { ownLogFiles, readOwnLog } from '../../data/own-log.js';
import type { TimedData } from '../../data/timed.js';
import { readVotingSite, votingSiteFiles } from '../../data/voting-site.js';
import type { Comparison, EvaluationTask, Goal, TaskOptions, TaskReport } from '../../task.js';
import { coReadDepth } from './co-read-depth.js';
import { comparisonsOf, tablesOf } from './figures.js';
import type { NamedSystem } from './figures.js';
import { learnStates } from './learned-states.js';
import { planOf } from './plan.js';
import { LearningRanker } from './ranker.js';
import { FUSION, PIPELINE, replay } from './replay.js';
import type { Replayed, ReplayParts } from './replay.js';
import { prequentialSettings } from './settings.js';
import type { PrequentialSettings } from './settings.js';

export const prequentialTask: EvaluationTask = {
  name: 'prequential',
  summary: 'the whole pipeline in order of time: score what a reader chooses next, then learn from it',
  needs: ownLogFiles,
  alternatives: [filmFiles, votingSiteFiles],
  async run(options) {
    return judge(await readTimed(options.data, options.test), options, prequentialSettings);
  },
};

/** The stream of a folder, by the layout that its files show. @throws RangeError a line does not fit its layout. */
export const readTimed = async (folder: string, test: string | null): Promise<TimedData> => {
  const files = new Set(await readdir(folder));
  const has = (layout: readonly string[]): boolean => layout.every((file) => files.has(file) || files.has(`${file}.gz`));
  if (has(filmFiles)) return readFilmRatings(folder, test);
  return has(votingSiteFiles) ? readVotingSite(folder, test) : readOwnLog(folder, test);
};

/** @throws RangeError too little happens to judge anything. */
export const judge = async (data: TimedData, options: TaskOptions, settings: PrequentialSettings): Promise<TaskReport> => {
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  const runs: Replayed[] = [];
  for (const seed of options.seeds) runs.push(await runOnce(data, options, settings, seed));
  const [first] = runs;
  if (first === undefined || first.cases.length === 0)
    throw new RangeError(`${basename(options.data)}: no choice to judge after the warm-up`);
  const crowd = first.chosen.map(({ baseline }) => baseline.name);
  const systems: NamedSystem[] = [
    ...[...crowd, FUSION].map((system) => ({ system, role: 'baseline' as const })),
    { system: PIPELINE, role: 'ours' },
  ];
  const comparisons = comparisonsOf(runs, PIPELINE, [...crowd, FUSION], options.seeds[0] ?? 1);
  return {
    task: 'prequential',
    data: basename(options.data),
    protocol: protocolOf(data, first, settings),
    tables: tablesOf(runs, systems, options.seeds[0] ?? 1),
    comparisons,
    goals: goalsOf(first, comparisons),
    notes: [
      `the pipeline took ${first.inspectMs.toFixed(1)} ms to answer with all features, mean`,
      `took ${((performance.now() - began) / 60_000).toFixed(1)} min, ${cpuMinutesSince(cpuBefore).toFixed(1)} of them computing, for ${options.seeds.length} seed(s)`,
    ],
  };
};

const cpuMinutesSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 60e6;
};

/** As many as learned vectors have, so that one may take the place of the other. */
const TEXT_DIMENSIONS = readerStateSettings.width;

const runOnce = async (
  data: TimedData,
  { data: folder, say }: TaskOptions,
  settings: PrequentialSettings,
  seed: number,
): Promise<Replayed> => {
  const root = await mkdtemp(join(tmpdir(), 'broadsheet-evaluation-'));
  try {
    const meter = new RunMeter(`prequential ${basename(folder)} seed ${seed}`, say);
    const provenance: RunProvenance = { root, data: basename(folder), seed };
    const plan = planOf(data.events, settings, seed);
    meter.say(`${data.papers.length} papers, ${data.events.length} events, ${plan.judged.size} choices to judge`);
    // Texts that were there when the warm-up ended: later ones are read by an encoder that never saw them.
    const until = data.events[plan.warmUpEnd]?.at ?? Infinity;
    const texts = data.papers.filter(({ at }) => at <= until).map(({ paper }) => paper);
    const encoder = await openRunEncoder(
      trainTextEncoder(texts, { ...encoderSettings, dimensions: TEXT_DIMENSIONS }, seed, new RunMeter('encoder', () => undefined)),
      provenance,
    );
    const ranker = new LearningRanker(settings, provenance, (line) => meter.say(line));
    const depth = coReadDepth(data, plan.learnFrom);
    const parts: ReplayParts = {
      encoder,
      ranker,
      coReadDepth: depth,
      learnStates: (histories, papers) => learnStates(histories, papers, seed, meter),
    };
    const replayed = await replay(data, plan, parts, settings, () => performance.now());
    meter.say(`${replayed.cases.length} choices judged`);
    await encoder.close();
    return replayed;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

const protocolOf = (data: TimedData, { chosen }: Replayed, settings: PrequentialSettings): string[] => [
  'the stream is folded in order of time; right before a reader takes up a paper, every system ranks all papers known by then and new to this reader',
  ...data.reading,
  `judged after the first ${(100 * settings.warmUp).toFixed(0)} % of the choices; ranker, reader state and encoder learn from what came before; the ranker is fitted again after ${settings.refits.map((share) => `${(100 * share).toFixed(0)} %`).join(', ')}`,
  'papers that the pipeline does not propose rank below; intervals resample readers',
  ...chosen
    .filter(({ from }) => from.length > 1)
    .map(
      ({ baseline, from }) =>
        `${baseline.name}: best before the judged part of ${from.map(({ name, ndcg }) => `${name} ${ndcg.toFixed(3)}`).join('; ')}`,
    ),
];

const goalsOf = ({ chosen }: Replayed, comparisons: readonly Comparison[]): Goal[] =>
  ['decayed popular', 'item-kNN'].flatMap((family) => {
    const name = chosen.find(({ baseline }) => baseline.family === family)?.baseline.name;
    const comparison = comparisons.find(({ worse }) => worse === name);
    if (comparison === undefined) return [];
    const { low, high, mean } = comparison.difference;
    return [
      {
        promise: `pipeline ahead of ${family} on NDCG@20`,
        wanted: 'interval above 0',
        reached: `${mean >= 0 ? '+' : ''}${mean.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`,
        met: low > 0,
      },
    ];
  });
