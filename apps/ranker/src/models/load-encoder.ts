import type { ModelFolders } from './model-folders.js';
import { ModelMissingFailure, ModelUnfitFailure } from './model-unfit.failure.js';
import type { RegistryReader } from './registry-reader.js';

export const ENCODER = 'encoder';

export interface EncoderParts<E> {
  readonly folders: Pick<ModelFolders, 'versions' | 'pathOf' | 'directory'>;
  readonly registry: Pick<RegistryReader, 'entries'>;
  /** Loads, checks and warms up. @throws when it is not fit. */
  readonly load: (directory: string) => Promise<E>;
  readonly notLoaded: (version: string, error: unknown) => void;
}

/**
 * The encoder of this process: what the registry calls live, else the newest in the folder that is fit. It is chosen once: the vectors in
 * the state are its own, and another encoder means encoding every paper again, which is what a restart does.
 * @throws {ModelUnfitFailure} no version is fit: the reason of the first one tried.
 * @throws {ModelMissingFailure} there is no version at all.
 */
export const loadEncoder = async <E>({ folders, registry, load, notLoaded }: EncoderParts<E>): Promise<E> => {
  // When the registry is away the newest is as good a choice as can be made; the other models say that it was away.
  const entries = await registry.entries().catch(() => []);
  const live = entries.filter(({ name, role }) => name === ENCODER && role === 'live').map(({ version }) => version);
  let reason: ModelUnfitFailure | undefined;
  for (const version of new Set([...live, ...(await folders.versions(ENCODER))])) {
    try {
      return await load(folders.pathOf(ENCODER, version));
    } catch (error) {
      notLoaded(version, error);
      reason ??= new ModelUnfitFailure(ENCODER, version, error);
    }
  }
  throw reason ?? new ModelMissingFailure(ENCODER, folders.directory);
};
