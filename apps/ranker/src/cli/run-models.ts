import type { ModelAssignment, ModelRegistry } from '#persistence';
import { ModelUnfitFailure } from '../models/model-unfit.failure.js';
import type { ScorerName } from '#ranking';
import type { ModelsCommand } from './models-command.js';

export interface ModelsParts {
  readonly registry: Pick<ModelRegistry, 'list' | 'assign' | 'liveBefore'>;
  /** Loads and checks a version as a ranker would. @throws when it is not fit. */
  readonly check: (name: ScorerName, version: string) => Promise<void>;
}

const lineOf = ({ name, version, role, arm, share }: ModelAssignment): string =>
  `${name.padEnd(9)} ${version}  ${role}${arm === undefined ? '' : ` ${arm}, ${(share ?? 0) * 100} % of readers`}`;

/**
 * Does what the command says, and answers lines for people.
 * @throws with the reason when it is refused; nothing is changed then
 */
export const runModels = async (command: ModelsCommand, { registry, check }: ModelsParts): Promise<readonly string[]> => {
  const all = await registry.list();
  if (command.verb === 'list')
    return all.length === 0 ? ['no version was given a part: rankers serve the newest of each model'] : all.map(lineOf);
  const { name } = command;
  const roleOf = (version: string): string | undefined => all.find((row) => row.name === name && row.version === version)?.role;
  const fit = async (version: string): Promise<void> => {
    try {
      await check(name, version);
    } catch (error) {
      throw new ModelUnfitFailure(name, version, error);
    }
  };

  if (command.verb === 'rollback') {
    const version = await registry.liveBefore(name);
    if (version === null) throw new Error(`nothing is known of a ${name} model that was live before`);
    await fit(version);
    await registry.assign({ name, version, role: 'live' });
    return [`${name} ${version} is live again`];
  }
  const { verb, version } = command;
  const isLive = roleOf(version) === 'live';
  if (verb !== 'promote' && isLive) throw new Error(`${name}@${version} is live: promote another version first`);
  if (verb === 'retire') {
    if (roleOf(version) === undefined) throw new Error(`${name}@${version} has no part`);
    await registry.assign({ name, version, role: 'retired' });
    return [`${name} ${version} is retired`];
  }
  await fit(version);
  if (verb === 'promote') {
    await registry.assign({ name, version, role: 'live' });
    return [`${name} ${version} is live`];
  }
  // One shadow a model, and one version a model in an arm: what had this part makes room.
  const role = verb;
  const arm = command.verb === 'arm' ? { arm: command.arm, share: command.share } : {};
  const before = all.filter((row) => row.name === name && row.role === role && row.version !== version && row.arm === arm.arm);
  for (const row of before) await registry.assign({ name, version: row.version, role: 'retired' });
  await registry.assign({ name, version, role, ...arm });
  return [...before.map((row) => `${name} ${row.version} is retired`), lineOf({ name, version, role, ...arm })];
};
