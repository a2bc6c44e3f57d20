import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseJsonWith } from '#contracts';
import { featureHash } from '#ranking';
import { ModelHashFailure, ModelManifestFailure } from '../failures.js';
import { MANIFEST_FILE, MODEL_FILE, manifestSchema, sha256 } from './manifest.js';
import type { Manifest, ManifestInput, ModelKind } from './manifest.js';

/** A model as it lies on disk, every byte of it checked against its manifest. */
export interface ModelFolder {
  readonly directory: string;
  readonly manifest: Manifest;
  /** File name -> content, for every file that the manifest names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const absent: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

const readOrNull = async (path: string): Promise<Uint8Array | null> => {
  try {
    return await readFile(path);
  } catch (error) {
    // A missing file is a finding about the model; anything else (EACCES, EIO) is trouble of the machine and goes up as it is.
    if (typeof error === 'object' && error !== null && 'code' in error && absent.has(error.code)) return null;
    throw error;
  }
};

const readManifest = async (directory: string): Promise<Manifest> => {
  const bytes = await readOrNull(join(directory, MANIFEST_FILE));
  if (bytes === null) throw new ModelManifestFailure({ directory, problem: `there is no ${MANIFEST_FILE}` });
  const parsed = parseJsonWith(manifestSchema, new TextDecoder().decode(bytes));
  if (parsed.ok) return parsed.value;
  const problem = parsed.problems.map(({ field, rule }) => `${field} ${rule}`).join('; ');
  throw new ModelManifestFailure({ directory, problem });
};

/**
 * Reads a model folder and checks the manifest and the hash of each file. The bytes that were checked are the bytes that are
 * used: nothing is read twice, so a file swapped meanwhile cannot slip in.
 *
 * @throws {ModelManifestFailure} no manifest, a broken one, or one that does not name this model file.
 * @throws {ModelHashFailure} a file is missing or changed.
 */
export const readModelFolder = async (directory: string): Promise<ModelFolder> => {
  const manifest = await readManifest(directory);
  const files = new Map<string, Uint8Array>();
  for (const [file, expected] of Object.entries(manifest.files)) {
    const bytes = await readOrNull(join(directory, file));
    const actual = bytes === null ? 'none (no such file)' : sha256(bytes);
    if (bytes === null || actual !== expected) throw new ModelHashFailure({ directory, file, expected, actual });
    files.set(file, bytes);
  }
  if (!files.has(MODEL_FILE)) throw new ModelManifestFailure({ directory, problem: `files does not name ${MODEL_FILE}` });
  if (manifest.version.slice(9) !== manifest.files[MODEL_FILE]?.slice(0, 7)) {
    throw new ModelManifestFailure({
      directory,
      problem: `version ${manifest.version} does not end in the first digits of the model file's hash`,
    });
  }
  return { directory, manifest, files };
};

/** What the writer fills in itself: the version and the hashes follow from the files. */
export type ManifestDraft = Omit<ManifestInput, 'schema' | 'version' | 'files'>;

/** What a manifest says of any model of a kind; the kind is its name. */
export const identityOf = (
  kind: ModelKind,
  features: readonly string[],
): Pick<ManifestDraft, 'name' | 'kind' | 'features' | 'featureHash' | 'threads'> => ({
  name: kind,
  kind,
  features: [...features],
  featureHash: featureHash(features),
  threads: { intra: 1, inter: 1 },
});

/**
 * Writes `<root>/<version>/` in one step (a folder beside it, then a rename), so that a reader never sees half a model.
 * Writing the same content again replaces the folder.
 */
export const writeModelFolder = async (root: string, draft: ManifestDraft, files: ReadonlyMap<string, Uint8Array>): Promise<string> => {
  const model = files.get(MODEL_FILE);
  if (model === undefined) throw new Error(`${MODEL_FILE} is not among the files`);
  const version = `${draft.trained.at.slice(0, 10).replaceAll('-', '')}-${sha256(model).slice(0, 7)}`;
  const hashes = Object.fromEntries([...files].map(([file, bytes]) => [file, sha256(bytes)]));
  const manifest = manifestSchema.parse({ schema: 1, ...draft, version, files: hashes });

  const directory = join(root, version);
  await mkdir(root, { recursive: true });
  const beside = await mkdtemp(join(root, `.${basename(directory)}-`));
  for (const [file, bytes] of files) await writeFile(join(beside, file), bytes);
  await writeFile(join(beside, MANIFEST_FILE), `${renderManifest(manifest)}\n`);
  await chmod(beside, 0o755); // mkdtemp makes it private, but services may run as another user
  await rm(directory, { recursive: true, force: true });
  await rename(beside, directory);
  return directory;
};

/** JSON with each array of numbers on one line: a manifest holds hundreds of them and is read by people. */
const renderManifest = (manifest: Manifest): string =>
  JSON.stringify(manifest, null, 2).replace(/\[\s*(-?[\d.][^\]"[{]*?)\s*\]/g, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`);
