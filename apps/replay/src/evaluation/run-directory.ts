import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MANIFEST_FILE, readManifest, type Manifest } from '../files/manifest.js';
import { RunFileFailure } from '../files/run-file.failure.js';
import { runFiles, type Outcome, type ReplayedPaper, type ReplayedRequest } from '../files/run-files.js';

/** What reading a run needs of it; all else may be missing. */
const needed = [runFiles.slates, runFiles.outcomes, runFiles.papers] as const;

/**
 * A finished run, read line by line in the order of its files. Each file must have the SHA-256 that the manifest gives it: such a file was written by `run`, line for line through its schemas, so that
 * lines are not checked a second time.
 */
export class RunDirectory {
  private constructor(
    readonly path: string,
    readonly manifest: Manifest,
    /** SHA-256 of manifest.json: names the run. */
    readonly manifestHash: string,
  ) {}

  /** @throws {RunFileFailure} there is no manifest, or a file is missing or is not the one that the manifest names. */
  static async open(path: string): Promise<RunDirectory> {
    const file = join(path, MANIFEST_FILE);
    const manifest = await readManifest(file);
    await Promise.all(needed.map((name) => checkHash(path, name, manifest.files[name])));
    return new RunDirectory(
      path,
      manifest,
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
  }

  /** By (at, requestId). */
  requests(): AsyncIterable<ReplayedRequest> {
    return linesOf(join(this.path, runFiles.slates));
  }

  /** By (requestId, at, paperId, action). */
  outcomes(): AsyncIterable<Outcome> {
    return linesOf(join(this.path, runFiles.outcomes));
  }

  papers(): AsyncIterable<ReplayedPaper> {
    return linesOf(join(this.path, runFiles.papers));
  }

  /** The first request, which shows what every one has; null for a run that re-ranked nothing. */
  async firstRequest(): Promise<ReplayedRequest | null> {
    for await (const request of this.requests()) return request;
    return null;
  }
}

const checkHash = async (path: string, name: string, wanted: string | undefined): Promise<void> => {
  const file = join(path, name);
  if (wanted === undefined) throw new RunFileFailure(`${join(path, MANIFEST_FILE)} names no ${name}: the run is not one that was finished`);
  const found = await hashOf(file).catch((error: unknown) => {
    throw new RunFileFailure(`${file} can not be read: ${error instanceof Error ? error.message : String(error)}`, { file });
  });
  if (found !== wanted)
    throw new RunFileFailure(
      `${file} is not what ${MANIFEST_FILE} says (SHA-256 ${found}, wanted ${wanted}): it was changed after the run`,
      {
        file,
        found,
        wanted,
      },
    );
};

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** T is what the hash of the file vouches for. */
const linesOf = async function* <T>(file: string): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    if (line !== '') yield JSON.parse(line) as T;
};
