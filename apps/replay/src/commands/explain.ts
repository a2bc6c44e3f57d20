import { eventIdSchema, parseWith, paperIdSchema, readerRefSchema, surfaces } from '#contracts';
import { exitCodes, UsageError, type CommandContext, type ReplayCommand } from '../cli/command.js';
import { parseOptions, type OptionSpecs } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { explain, type Question } from '../explanation/explain.js';
import { explanationText } from '../explanation/explanation-text.js';
import type { OpenRanking } from '../rerank/ranking-with.js';
import { liveVersions } from '../run/live-versions.js';
import { OpenedModels, SERVED, usedText, type ModelsUsed } from '../run/opened-models.js';
import { readRankingConfig } from '../run/ranking-config-file.js';
import { modelsDirOf } from '../run/settings.js';
import { withStream } from '../run/with-stream.js';
import { foldedPart } from '../snapshots/fold-state.js';
import { readMoment, readWhole } from '../stream/selection/moments.js';
import { readStreamOptions } from '../stream/stream-options.js';

const help = `npm run replay -- explain --request ID [options]
npm run replay -- explain --reader REF --at TIME [--surface for-you] [options]

Why an answer was what it was: for each paper where it came from, its features and what each added to the score; which filter dropped which paper; whether ranking
again gives what was served; and what changed since.

  --request ID                   an answer that was served (requestId of every feed, and of feed.served.v1)
  --reader REF --at TIME         what a reader would have got then, from what the log had taken by then; REF is the pseudonym r_...
  --surface for-you              trending, latest or for-you; with --reader
  --limit 20                     papers in that answer; with --reader
  --paper ID                     also tells of this paper, shown or not: its place among all candidates, or the filter that dropped it, then and now, and every feature
                                 that is another now, with what it adds to the score
  --top 10                       papers of the answer told of in full
  --source log|archive|file:DIR  where to read (default log); --request needs feed.served.v1, which the archive does not have
  --model served                 what to rank with: served (default) are the versions that the served record names, where --models has them; if not, or with --reader, the
                                 newest, and the answer says so. Or newest, live, or versions such as personal=20261124-e2356c8 (also written personal@...)
  --config FILE                  JSON with what differs from the default configuration: why would it have been so then
  --models DIR                   folder of the models (default MODELS_DIR, else models)
  --json                         everything as one JSON object

Examples
  npm run replay -- explain --request 6f0c7a2e-5d1f-4c55-9f0a-1c2d3e4f5a6b
  npm run replay -- explain --reader r_abcdefghijklmnopqrstuv --at 2026-11-24T09:30:00Z --paper 2310.01234`;

const specs = {
  request: { type: 'string' },
  reader: { type: 'string' },
  at: { type: 'string' },
  surface: { type: 'string' },
  limit: { type: 'string' },
  paper: { type: 'string' },
  top: { type: 'string', default: '10' },
  source: { type: 'string', default: 'log' },
  model: { type: 'string', default: SERVED },
  config: { type: 'string' },
  models: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const satisfies OptionSpecs;

interface Values {
  readonly request?: string | undefined;
  readonly reader?: string | undefined;
  readonly at?: string | undefined;
  readonly surface?: string | undefined;
  readonly limit?: string | undefined;
}

/** What a reader can be asked about without naming a paper or a query. */
const readerSurfaces = surfaces.filter((surface) => surface !== 'similar' && surface !== 'search');

const checked = <T>(option: string, text: string, schema: Parameters<typeof parseWith>[0]): T => {
  const parsed = parseWith(schema, text);
  if (parsed.ok) return parsed.value as T;
  throw new UsageError(`--${option} ${text}: ${parsed.problems.map(({ rule }) => rule).join('; ')}`);
};

/** @throws {UsageError} */
export const questionOf = ({ request, reader, at, surface, limit }: Values): Question => {
  if ((request === undefined) === (reader === undefined)) throw new UsageError('one of --request and --reader must be given');
  if (request !== undefined) {
    const surplus = Object.entries({ at, surface, limit }).find(([, value]) => value !== undefined);
    if (surplus !== undefined) throw new UsageError(`--${surplus[0]}: goes with --reader only; a request says it itself`);
    return { kind: 'served', requestId: checked('request', request, eventIdSchema) };
  }
  if (at === undefined) throw new UsageError('--at is missing: the moment of the answer, such as 2026-11-24T09:30:00Z');
  const asked = surface ?? 'for-you';
  if (!(readerSurfaces as readonly string[]).includes(asked))
    throw new UsageError(`--surface ${asked}: must be one of ${readerSurfaces.join(', ')}`);
  return {
    kind: 'reader',
    readerRef: checked('reader', reader!, readerRefSchema),
    at: readMoment('--at', at),
    surface: asked,
    limit: readWhole('--limit', limit ?? '20', { least: 1, most: 200 }),
  };
};

/** Nothing is explained without models. */
const usedBy = (models: OpenedModels | null): readonly ModelsUsed[] => models?.used ?? [];

const run = async (args: readonly string[], { print, say, signal }: CommandContext): Promise<number> => {
  const { values } = parseOptions(args, specs);
  const question = questionOf(values);
  const paper = values.paper === undefined ? null : checked<string>('paper', values.paper, paperIdSchema);
  const top = readWhole('--top', values.top, { least: 1, most: 200 });
  const { source: choice } = await readStreamOptions({ source: values.source });
  const modelsDir = modelsDirOf(values.models ?? null);
  const config = await readRankingConfig(values.config ?? null);
  return withStream(choice, async (source) => {
    const progress = new Progress(say);
    const begins = foldedPart((await source.bounds()).earliest);
    let models: OpenedModels | null = null;
    const open: OpenRanking = async (named) =>
      (models = await OpenedModels.open({ choice: values.model, modelsDir, config, live: liveVersions, begins }, named));
    try {
      const told = (done: number): void => progress.update(done, null, 'records');
      const explanation = await explain(question, { source, open, paper, signal, progress: told });
      progress.end();
      if (explanation === null) return exitCodes.interrupted;
      const used = usedBy(models);
      print(
        values.json ? JSON.stringify({ ...explanation, models: used }, null, 2) : explanationText(explanation, top, used.map(usedText)),
      );
      return exitCodes.done;
    } finally {
      await (models as OpenedModels | null)?.close();
    }
  });
};

export const explainCommand: ReplayCommand = {
  name: 'explain',
  summary: 'why an answer was what it was: candidates, features, contributions, filters, and what changed since',
  help,
  run,
};
