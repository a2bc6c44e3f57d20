import { existsSync } from 'node:fs';
import { exitCodes, UsageError, type CommandContext, type ReplayCommand } from '../cli/command.js';
import { parseOptions, type OptionSpecs } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { exportManifestPath } from '../export/export-manifest.js';
import { exportRows, type RowsAsked } from '../export/export-rows.js';
import { exportFormats, type ExportFormat } from '../export/row-writer.js';
import { liveVersions } from '../run/live-versions.js';
import { usedText } from '../run/opened-models.js';
import { modelsDirOf } from '../run/settings.js';
import { withStream } from '../run/with-stream.js';
import { completeSinceOf } from '../stream/resolve-range.js';
import { readOutcomeHours, readWhole } from '../stream/selection/moments.js';
import { keepOf, readStreamOptions, streamOptionsHelp, streamOptionSpecs, type StreamOptions } from '../stream/stream-options.js';
import { exportStream } from '../stream/stream-export.js';

const help = `npm run replay -- export --point-in-time --out FILE [options]
npm run replay -- export --stream --out DIR [options]

--point-in-time   rows to train on: one for each paper that was shown, with every feature as it was known at that moment (made again from the records that the
                  ranker had folded then, and no later ones) and what the reader did on it: label 3 upvote or save, 2 comment, share or outbound, 1 open, 0 nothing
  --format parquet|csv|ndjson    default: by the ending of FILE; the same rows, names and values in each
  --outcome-hours 24             how long after its request an action counts: whole hours, 1 to 2160
  --unshown 0                    so many candidates of each answer that were not shown have rows too (0 to 1000, drawn by --seed), with no position: a model that learns from
                                 what was shown alone knows nothing of what it must keep out
  --model served                 whose features: served (default) are the versions that each served record names, where --models has them, else the newest, and which
                                 is said; or newest, live, or versions such as trending=20261124-97b7ce1. The encoder is one for all: that of most requests
  --models DIR                   folder of the models (default MODELS_DIR, else models)

--stream          the records themselves, bytes as they are: a gzipped NDJSON file a partition and an index. --source file:DIR reads it anywhere. All papers up to
                  the end of the range are in it; what readers did before the range is not, so states of readers begin with it

${streamOptionsHelp}

A file appears under its name only when it is whole; Ctrl-C leaves none. Exit code 2: the range is gone, or FILE is there already.

Beside FILE, FILE.manifest.json: range, counts, hashes of the stream, models, configuration, code and FILE, and versions; no clock, so the same stretch gives the same
bytes. --positions FILE.manifest.json makes the rows again.

Columns of --point-in-time: request_id, at (UTC), reader_ref, surface, period, arm, position (from 0), paper_id, source, propensity, seen (1: an impression or more), label, then f_NAME for each
feature; a feature that a surface does not have is null. docs/ranking.md says what each means. CSV carries no types: tell its reader that paper_id is
text, or 2611.00010 may become a number.

Examples
  npm run replay -- export --point-in-time --last 30d --where "surface == 'for-you'" --out month.parquet
  npm run replay -- export --stream --from 2026-11-01 --to 2026-11-08 --out exports/week`;

const specs = {
  ...streamOptionSpecs,
  'point-in-time': { type: 'boolean', default: false },
  stream: { type: 'boolean', default: false },
  format: { type: 'string' },
  out: { type: 'string' },
  model: { type: 'string', default: 'served' },
  models: { type: 'string' },
  'outcome-hours': { type: 'string', default: '24' },
  unshown: { type: 'string', default: '0' },
} as const satisfies OptionSpecs;

const isFormat = (text: string): text is ExportFormat => (exportFormats as readonly string[]).includes(text);

/** @throws {UsageError} */
export const formatOf = (given: string | undefined, out: string): ExportFormat => {
  const format = given ?? out.slice(out.lastIndexOf('.') + 1);
  if (isFormat(format)) return format;
  if (given !== undefined) throw new UsageError(`--format ${given}: must be ${exportFormats.join(', ')}`);
  throw new UsageError(`--format is missing: --out ${out} does not end in ${exportFormats.map((each) => `.${each}`).join(', ')}`);
};

const writeRows = async (asked: RowsAsked, { print, say, signal }: CommandContext): Promise<number> => {
  const { options, out } = asked;
  const progress = new Progress(say);
  const written = await withStream(options.source, (source) =>
    exportRows(source, asked, signal, (done, total) => progress.update(done, total, 'requests')),
  );
  progress.end();
  if (written === null) {
    say('interrupted: nothing was written');
    return exitCodes.interrupted;
  }
  const { manifest, used } = written;
  print(`${out}: ${manifest.counts['rows']} rows of ${manifest.counts['requests']} requests; ${exportManifestPath(out)} says of what`);
  for (const models of used) print(usedText(models));
  for (const { at, requestId, cause, says } of manifest.notRanked ?? []) say(`no rows of ${at} ${requestId ?? ''}: ${cause}: ${says}`);
  return exitCodes.done;
};

const exportRecords = async (options: StreamOptions, folder: string, { print, say, signal }: CommandContext): Promise<number> =>
  withStream(options.source, async (source) => {
    if (options.where !== null || options.sample !== null) throw new UsageError('--where and --sample: a stream is copied whole');
    const range = await source.resolve(options.range);
    const progress = new Progress(say);
    const completeSince = completeSinceOf(options.range, source);
    const index = await exportStream({
      source,
      range,
      completeSince,
      folder,
      signal,
      progress: (records) => progress.update(records, null, 'records'),
    });
    progress.end();
    if (index === null) {
      say(`interrupted: ${folder} has no index and is not whole`);
      return exitCodes.interrupted;
    }
    print(`${folder}: ${index.partitions.reduce((sum, { records }) => sum + records, 0)} records of ${index.partitions.length} partitions`);
    return exitCodes.done;
  });

const run = async (args: readonly string[], context: CommandContext): Promise<number> => {
  const { values } = parseOptions(args, specs);
  const { out } = values;
  if (values['point-in-time'] === values.stream) throw new UsageError('one of --point-in-time and --stream must be asked for');
  if (out === undefined) throw new UsageError('--out is missing: it must name what is to be written');
  const options = await readStreamOptions(values);
  if (values.stream) return exportRecords(options, out, context);
  const format = formatOf(values.format, out);
  const outcomeHours = readOutcomeHours(values['outcome-hours']);
  for (const file of [out, exportManifestPath(out)])
    if (existsSync(file)) throw new UsageError(`--out ${file}: is there already: name a new file`);
  const unshown = readWhole('--unshown', values.unshown, { most: 1000 });
  const modelsDir = modelsDirOf(values.models ?? null);
  const keep = keepOf(options, 'served');
  return writeRows({ options, keep, out, format, outcomeHours, unshown, model: values.model, modelsDir, live: liveVersions }, context);
};

export const exportCommand: ReplayCommand = {
  name: 'export',
  summary: 'training rows as they were known at the moment (Parquet, CSV, NDJSON), or the records of a range',
  help,
  run,
};
