import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MANIFEST_FILE, newestModel, versionPattern } from '#model';
import { UsageError } from '../cli/command.js';

/** The models that an answer is made of, in the order they are named. */
export const modelNames = ['encoder', 'personal', 'trending'] as const;
export type ModelName = (typeof modelNames)[number];
export type ModelVersions = Readonly<Record<ModelName, string>>;

/** Versions that the registry calls live; a model that it does not name is absent. */
export type LiveVersions = () => Promise<Partial<Record<ModelName, string>>>;

const isModelName = (name: string): name is ModelName => (modelNames as readonly string[]).includes(name);

/** `personal=V,trending=V` by name. @throws {UsageError} */
const namedVersions = (choice: string): Partial<Record<ModelName, string>> => {
  const named: Partial<Record<ModelName, string>> = {};
  for (const part of choice.split(',')) {
    const [name = '', version = ''] = part.split(/[=@]/);
    if (!isModelName(name))
      throw new UsageError(
        `--model ${choice}: must be newest, live, or NAME=VERSION (or NAME@VERSION) with NAME one of ${modelNames.join(', ')}`,
      );
    if (!versionPattern.test(version)) throw new UsageError(`--model ${choice}: ${version} is no version; they look like 20261124-e2356c8`);
    named[name] = version;
  }
  return named;
};

/**
 * The versions that `--model` means now: `newest` below `modelsDir`, what is `live` by the registry, or those that are named; a model that is not named is the newest.
 * @throws {UsageError} the choice can not be read, or a model has no version at all.
 */
export const versionsOf = async (choice: string, modelsDir: string, live: LiveVersions): Promise<ModelVersions> => {
  const named = choice === 'newest' ? {} : choice === 'live' ? await live() : namedVersions(choice);
  const versionOf = async (name: ModelName): Promise<string> => {
    const version = named[name] ?? (await newestModel(modelsDir, name));
    if (version === null) throw new UsageError(`--models ${modelsDir}: there is no version of ${name}`);
    return basename(version);
  };
  return { encoder: await versionOf('encoder'), personal: await versionOf('personal'), trending: await versionOf('trending') };
};

/** Whether a folder of models has this version. What else is wrong with it is told when it is loaded. */
export const isModelThere = async (modelsDir: string, name: ModelName, version: string): Promise<boolean> =>
  versionPattern.test(version) &&
  (await readFile(join(modelsDir, name, version, MANIFEST_FILE)).then(
    () => true,
    () => false,
  ));

/** SHA-256 of a model's own manifest, which names the hash of each of its files. @throws {UsageError} it is not there. */
export const modelHash = async (modelsDir: string, name: ModelName, version: string): Promise<string> => {
  const bytes = await readFile(join(modelsDir, name, version, MANIFEST_FILE)).catch(() => {
    throw new UsageError(`--model ${name}=${version}: ${join(modelsDir, name, version)} holds no model`);
  });
  return createHash('sha256').update(bytes).digest('hex');
};
