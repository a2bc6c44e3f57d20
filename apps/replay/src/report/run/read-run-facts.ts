import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { parseJsonWith } from '#contracts';
import { evaluationFiles, evaluationSchema, type Evaluation } from '../../evaluation/evaluation-result.js';
import { RunDirectory } from '../../evaluation/run-directory.js';
import { RunFileFailure } from '../../files/run-file.failure.js';
import { accrualSchema, runFiles, streamSummarySchema, trendSchema, type ReplayedPaper } from '../../files/run-files.js';
import { Agreement } from './agreement.js';
import { ModelsInUse } from './models-in-use.js';
import type { RunFacts } from './run-facts.js';

export interface Reading {
  /** Judges the run; asked only where `eval.json` is not of this run. */
  evaluate(directory: string): Promise<Evaluation>;
  /** Told after each request that was read. */
  heard?(requests: number): void;
}

/** @throws {RunFileFailure} a file of the run is missing, damaged or not what its manifest says. */
export const readRunFacts = async (directory: string, { evaluate, heard }: Reading): Promise<RunFacts> => {
  const run = await RunDirectory.open(directory);
  const evaluation = (await storedEvaluation(run)) ?? (await evaluate(directory));
  const [agreement, models] = [new Agreement(), new ModelsInUse()];
  let requests = 0;
  for await (const request of run.requests()) {
    agreement.add(request);
    models.add(request);
    heard?.(++requests);
  }
  const papers = new Map<string, ReplayedPaper>();
  for await (const paper of run.papers()) papers.set(paper.paperId, paper);
  return {
    manifest: run.manifest,
    evaluation,
    papers,
    stream: await objectOf(directory, runFiles.stream, streamSummarySchema),
    trends: await rowsOf(directory, runFiles.trends, trendSchema),
    accrual: await rowsOf(directory, runFiles.accrual, accrualSchema),
    models: models.all(),
    agreement,
  };
};

/** What `eval` wrote, when it is of this very run: a directory may have been run into again. */
const storedEvaluation = async ({ path, manifestHash }: RunDirectory): Promise<Evaluation | null> => {
  const evaluation = await objectOf(path, evaluationFiles.json, evaluationSchema);
  return evaluation?.manifest === manifestHash ? evaluation : null;
};

/** A JSON file, or null where the run does not have it. */
const objectOf = async <S extends z.ZodType>(directory: string, file: string, schema: S): Promise<z.output<S> | null> => {
  const path = join(directory, file);
  return existsSync(path) ? parsed(schema, await readFile(path, 'utf8'), path) : null;
};

/** The lines of a small NDJSON file; none where the run does not have it. */
const rowsOf = async <S extends z.ZodType>(directory: string, file: string, schema: S): Promise<z.output<S>[]> => {
  const path = join(directory, file);
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.flatMap((line, i) => (line === '' ? [] : [parsed(schema, line, `${path}, line ${i + 1}`)]));
};

const parsed = <S extends z.ZodType>(schema: S, text: string, place: string): z.output<S> => {
  const result = parseJsonWith(schema, text);
  if (result.ok) return result.value;
  throw new RunFileFailure(`${place}: ${result.problems.map(({ field, rule }) => `${field} ${rule}`.trim()).join('; ')}`, { place });
};
