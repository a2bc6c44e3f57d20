import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { defaultRankingConfig, rankingConfigHash } from '#ranking';
import { StreamHash } from '../fold/stream-hash.js';
import type { AskedRequest } from '../rerank/engine-types.js';
import type { NotRanked } from '../rerank/not-ranked.js';
import type { ServedIndex } from '../rerank/served-index.js';
import { codeHash } from '../run/code-hash.js';
import { modelHash, modelNames, type LiveVersions } from '../run/model-choice.js';
import { OpenedModels, type ModelsUsed } from '../run/opened-models.js';
import { runtimeVersions } from '../run/runtime-versions.js';
import { foldedPart } from '../snapshots/fold-state.js';
import type { StreamSource } from '../stream/stream.js';
import type { StreamOptions } from '../stream/stream-options.js';
import { exportManifestPath, exportManifestText, hashOfFile, type ExportManifest } from './export-manifest.js';
import { openRows } from './open-rows.js';
import { pointInTimeRows } from './point-in-time.js';
import type { ExportFormat, RowWriter } from './row-writer.js';

export interface RowsAsked {
  readonly options: StreamOptions;
  keep(request: AskedRequest): boolean;
  readonly out: string;
  readonly format: ExportFormat;
  readonly outcomeHours: number;
  /** Candidates of each answer that were not shown and have rows too. */
  readonly unshown: number;
  /** `served`, or as `--model` of a run. */
  readonly model: string;
  readonly modelsDir: string;
  readonly live: LiveVersions;
}

export interface RowsWritten {
  readonly manifest: ExportManifest;
  readonly used: readonly ModelsUsed[];
}

/**
 * Writes the rows and, beside them, their manifest. Neither appears under its name before the rows are whole.
 * @returns null when it was interrupted: nothing is left then.
 */
export const exportRows = async (
  source: StreamSource,
  asked: RowsAsked,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<RowsWritten | null> => {
  const { options, keep, out, format, outcomeHours, unshown } = asked;
  const range = await source.resolve(options.range);
  const begins = foldedPart((await source.bounds()).earliest);
  const hash = new StreamHash();
  const writer = await openRows(format, out);
  const opened: OpenedModels[] = [];
  let [index, rows]: [ServedIndex | null, number] = [null, 0];
  try {
    const whole = await pointInTimeRows(
      {
        source,
        range,
        keep,
        outcomeHours,
        unshown,
        seed: options.seed,
        signal,
        progress,
        seen: (record) => hash.add(record),
        indexed: (read) => (index = read),
        open: async (named) => {
          const { model: choice, modelsDir, live } = asked;
          const models = await OpenedModels.open({ choice, modelsDir, config: defaultRankingConfig, live, begins }, named);
          opened.push(models);
          return models;
        },
      },
      async (row) => {
        rows += 1;
        await writer.write(row);
      },
    );
    return whole ? await finished(source, asked, { range, hash, rows, writer, index: index!, models: opened[0]! }) : await left(writer);
  } catch (error) {
    await writer.abandon();
    throw error;
  } finally {
    for (const models of opened) await models.close();
  }
};

const left = async (writer: RowWriter): Promise<null> => {
  await writer.abandon();
  return null;
};

interface Made {
  readonly range: ExportManifest['range'];
  readonly hash: StreamHash;
  readonly rows: number;
  readonly writer: RowWriter;
  readonly index: ServedIndex;
  readonly models: OpenedModels;
}

const finished = async (
  source: StreamSource,
  asked: RowsAsked,
  { range, hash, rows, writer, index, models }: Made,
): Promise<RowsWritten> => {
  const { options, out, format, outcomeHours, unshown, model, modelsDir } = asked;
  const { where, sample, seed } = options;
  await writer.close();
  const notRanked: NotRanked[] = [...index.notRanked];
  const manifest: ExportManifest = {
    format: 1,
    what: 'point-in-time',
    options: { where, sample, seed, outcomeHours, unshown, format, model },
    source: { kind: source.kind },
    range: { from: { ...range.from }, to: { ...range.to } },
    counts: { ...hash.records, rows, requests: index.asked.size, ...index.passedOver },
    streamHash: hash.digest(),
    models: await Promise.all(models.used.map((used) => modelsText(used, modelsDir))),
    codeHash: codeHash(),
    runtime: runtimeVersions(),
    latePolicy:
      'features are of what the ranker had folded when it answered; labels of what happened within the hours of outcomes, however late it was recorded',
    ...(notRanked.length === 0 ? {} : { notRanked }),
    files: { [basename(out)]: await hashOfFile(out) },
  };
  await writeFile(exportManifestPath(out), exportManifestText(manifest));
  return { manifest, used: models.used };
};

const modelsText = async (
  { versions, served, others, requests }: ModelsUsed,
  modelsDir: string,
): Promise<ExportManifest['models'][number]> => {
  const models: Record<string, { version: string; sha256: string }> = {};
  for (const name of modelNames) models[name] = { version: versions[name], sha256: await modelHash(modelsDir, name, versions[name]) };
  return {
    models,
    config: { ...defaultRankingConfig },
    configHash: rankingConfigHash(defaultRankingConfig),
    served: { ...served },
    others: [...others],
    requests,
  };
};
