import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonWith } from '#contracts';
import { RunFileFailure } from './run-file.failure.js';
import { runFiles, streamSummarySchema, type StreamSummary } from './run-files.js';

/** What was in the stream of a finished run. @throws {RunFileFailure} the file is missing or is none of ours. */
export const readStreamSummary = async (directory: string): Promise<StreamSummary> => {
  const file = join(directory, runFiles.stream);
  const parsed = parseJsonWith(streamSummarySchema, await readFile(file, 'utf8').catch(() => ''));
  if (parsed.ok) return parsed.value;
  throw new RunFileFailure(
    `${file} is no summary of a stream: ${parsed.problems.map(({ field, rule }) => `${field} ${rule}`).join('; ')}`,
    {
      file,
    },
  );
};
