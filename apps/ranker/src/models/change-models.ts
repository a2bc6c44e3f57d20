import type { ModelAssignment, ModelRegistry } from '#persistence';
import type { ScorerName } from '#ranking';
import type { ModelsCommand } from '../cli/models-command.js';
import { ModelChangeFailure } from './model-change.failure.js';
import { ModelUnfitFailure } from './model-unfit.failure.js';

export interface ModelsParts {
  readonly registry: Pick<ModelRegistry, 'list' | 'assign' | 'liveBefore'>;
  /** Loads and checks a version as a ranker would. @throws when it is not fit. */
  readonly check: (name: ScorerName, version: string) => Promise<void>;
}

/** What a command asks for beside `list`. */
export type ChangeCommand = Exclude<ModelsCommand, { readonly verb: 'list' }>;

/** A change that the registry has taken. */
export interface ModelChange {
  /** Revision of the registry that holds all of it. */
  readonly revision: number;
  /** Parts that were given, in order: what made room comes first, what was asked for last. */
  readonly assigned: readonly ModelAssignment[];
}

/** @param all the registry as it is */
const versionAsked = async (
  command: ChangeCommand,
  all: readonly ModelAssignment[],
  registry: Pick<ModelRegistry, 'liveBefore'>,
): Promise<string> => {
  const { name } = command;
  if (command.verb === 'rollback') {
    const version = await registry.liveBefore(name);
    if (version === null) throw new ModelChangeFailure(`nothing is known of a ${name} model that was live before`);
    return version;
  }
  const { verb, version } = command;
  const role = all.find((row) => row.name === name && row.version === version)?.role;
  if (verb !== 'promote' && role === 'live') throw new ModelChangeFailure(`${name}@${version} is live: promote another version first`);
  if (verb === 'retire' && role === undefined) throw new ModelChangeFailure(`${name}@${version} has no part`);
  return version;
};

const roles = { promote: 'live', rollback: 'live', shadow: 'shadow', arm: 'arm', retire: 'retired' } as const;

/**
 * Changes which versions serve, as the command says.
 * @throws {ModelChangeFailure} the registry is not in a state for this; nothing is changed
 * @throws {ModelUnfitFailure} the version is not fit to serve; nothing is changed
 */
export const changeModels = async (command: ChangeCommand, { registry, check }: ModelsParts): Promise<ModelChange> => {
  const all = await registry.list();
  const { name } = command;
  const version = await versionAsked(command, all, registry);
  const role = roles[command.verb];
  if (role !== 'retired') {
    await check(name, version).catch((error: unknown) => {
      throw new ModelUnfitFailure(name, version, error);
    });
  }
  const arm = command.verb === 'arm' ? { arm: command.arm, share: command.share } : {};
  // One shadow a model, and one version a model in an arm: what had this part makes room. The registry itself sees to it that one is live.
  const before =
    role === 'shadow' || role === 'arm'
      ? all.filter((row) => row.name === name && row.role === role && row.version !== version && row.arm === arm.arm)
      : [];
  const assigned = [
    ...before.map((row): ModelAssignment => ({ name, version: row.version, role: 'retired' })),
    { name, version, role, ...arm },
  ];
  let revision = 0;
  for (const assignment of assigned) revision = await registry.assign(assignment);
  return { revision, assigned };
};
