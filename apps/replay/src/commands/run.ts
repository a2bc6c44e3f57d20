import { exitCodes, UsageError, type CommandContext, type ReplayCommand } from '../cli/command.js';
import { Progress } from '../cli/progress.js';
import type { Manifest } from '../files/manifest.js';
import { readStreamSummary } from '../files/read-stream-summary.js';
import { executeRun } from '../run/execute-run.js';
import { openRun, planOf } from '../run/open-run.js';
import { plannedReplay, streamOptionsOf } from '../run/planned-replay.js';
import { differencesOf } from '../run/reproduction.js';
import { readRunRequest, type RunRequest } from '../run/run-options.js';
import { RunProgress } from '../run/run-progress.js';
import { manifestSummary, notRankedText, runPlanText } from '../run/run-text.js';
import { withStream } from '../run/with-stream.js';
import { forkedWorkers } from '../run/worker-processes.js';
import { planStream } from '../stream/plan/plan-stream.js';
import { planText } from '../stream/plan/plan-text.js';
import { streamOptionsHelp } from '../stream/stream-options.js';

const help = `npm run replay -- run --out DIR [options]

Folds a stretch of the stream into the state that the rankers keep, and ranks again at every request that was served in it, with one model or two side by
side. DIR holds the answers, what readers did on them, and a manifest: eval, diff, report and export read it. Nothing live is written to.

Which records
${streamOptionsHelp}

Which models
  --model MODEL                  newest (default), live (what the registry says), or versions such as personal=20261124-e2356c8,trending=20261124-97b7ce1; a
                                 model that is not named is the newest. Given twice: a second model side by side, on the same state
  --config FILE                  JSON with what differs from the default configuration, such as {"exploration": {"everySlots": 0}}. Given twice: one for each side
  --models DIR                   folder of the models (default MODELS_DIR, else models)

At which moments
  --at served|interactions|none  served (default): at each answer that was served; interactions: before each choice of a reader, for prequential evaluation;
                                 none: folds only
  --as-of recorded               (default) what the live system knew: the positions that the served record names, else what had been recorded by then
  --as-of event                  what had happened by then, also what came in later: a what-if
  --as-of recorded=TIME          only what had been recorded by TIME, placed by when it happened
  --outcome-hours 24             how long after its request an action counts as its outcome
  --state cold|snapshot:ID|snapshot:FILE
                                 begin with nothing folded (default) or with a stored state (see snapshot); it must be of before the range

How
  --out DIR                      a new or empty directory
  --parallel N                   worker processes (default 1); each folds everything and ranks its share. The files are the same for every N
  --speed max|1x|10x             max (default), or as many times faster than it happened
  --dry-run                      say what would be replayed, and stop
  --resume                       go on with the run in DIR that was interrupted or killed; other options may be left out, and must else be those it was begun with
  --manifest FILE                make the run of this manifest again; with it go only --out, --source, --models, --state, --parallel, --speed and --dry-run

Ctrl-C leaves a run that --resume goes on with (exit code 130). Exit code 2: the range, or what led up to it, is gone from the source, or a model has another
hash than the manifest says. Exit code 4: the run of --manifest was made again and other bytes came out; the files that differ are named.

Files in DIR (NDJSON, fixed order, the same bytes for the same run)
  slates.ndjson    one line a request: what was served, what side a (and b) answer, and whether side a is the same as served; by time and id
  outcomes.ndjson  what readers did on those requests; papers.ndjson: the papers that are named; trends.ndjson: the most upvoted at every full hour;
  accrual.ndjson   upvotes by the age of a paper; stream.json: what was in the stream
  manifest.json    range, counts, hashes of stream, state, models, configuration, code and files, seed and versions

Examples
  npm run replay -- run --last 7d --out runs/week
  npm run replay -- run --last 7d --model live --model personal=20261124-e2356c8 --where "surface == 'for-you'" --parallel 2 --out runs/a-b
  npm run replay -- run --manifest runs/week/manifest.json --out runs/week-again`;

/** Says what would be replayed, and what is in it. */
const dryRun = async (request: RunRequest, { print, say, signal }: CommandContext): Promise<number> => {
  if (request.kind === 'resume') throw new UsageError('--dry-run with --resume: a run that was begun is planned already');
  const plan = await planOf(request);
  print(runPlanText(plan));
  const progress = new Progress(say);
  const told = { signal, progress: (done: number, total: number) => progress.update(done, total, 'records') };
  const stream = await withStream(plan.source, (source) => planStream({ source, options: streamOptionsOf(plan), ...told }));
  progress.end();
  if (stream === null) return exitCodes.interrupted;
  print(planText(stream));
  return exitCodes.done;
};

/** What is to be done in the end: nothing but a word on where it is, or a comparison with the run that was made again. */
const concluded = async (manifest: Manifest, out: string, again: Manifest | undefined, { print, say }: CommandContext): Promise<number> => {
  print(manifestSummary(manifest, out));
  const passedOver = notRankedText(await readStreamSummary(out));
  if (passedOver !== null) print(passedOver);
  if (again === undefined) return exitCodes.done;
  const different = differencesOf(manifest, again);
  if (different.length === 0) {
    print('made again: every file has the bytes that the manifest says');
    return exitCodes.done;
  }
  for (const line of different) say(line);
  return exitCodes.assertion;
};

const run = async (args: readonly string[], context: CommandContext): Promise<number> => {
  const request = await readRunRequest(args);
  if (request.dryRun || request.out === null) return dryRun(request, context);
  const { out } = request;
  const opened = await openRun(request, out, context.say);
  if (opened === 'finished') {
    context.print(`${out} holds a finished run: nothing is left to do`);
    return exitCodes.done;
  }
  const progress = new RunProgress(context.say);
  const { run: unfinished, plan } = opened;
  const manifest = await executeRun({
    run: unfinished,
    plan,
    speed: request.speed,
    replay: plannedReplay(plan),
    startWorker: forkedWorkers(out, request.speed),
    progress: (made) => progress.update(made),
    merging: () => progress.merging(),
    signal: context.signal,
  });
  if (manifest !== null) return concluded(manifest, out, plan.again, context);
  context.say(`interrupted: npm run replay -- run --resume --out ${out} goes on`);
  return exitCodes.interrupted;
};

export const runCommand: ReplayCommand = {
  name: 'run',
  summary: 'folds a stretch of the stream and ranks again at every served request, with one model or two',
  help,
  run,
};
