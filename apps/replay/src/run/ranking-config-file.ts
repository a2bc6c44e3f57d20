import { readFile } from 'node:fs/promises';
import { defaultRankingConfig, type RankingConfig } from '#ranking';
import { UsageError } from '../cli/command.js';
import { nearestSetting, ruleOf } from './ranking-config-rules.js';

type Settings = Readonly<Record<string, unknown>>;

const isSettings = (value: unknown): value is Settings => typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON has no infinity, and would show it as null. */
const shown = (value: unknown): string => (typeof value === 'number' ? String(value) : JSON.stringify(value));

/** What a file changes, laid over what stands without it. Names and kinds are those of the standard: a typing error must not pass for a setting. */
const overlaid = (standard: Settings, changes: Settings, path: string, file: string): Settings => {
  const result: Record<string, unknown> = { ...standard };
  for (const [name, value] of Object.entries(changes)) {
    const field = path === '' ? name : `${path}.${name}`;
    const stands = standard[name];
    if (stands === undefined)
      throw new UsageError(`--config ${file}: ${field} is no setting; ${nearestSetting(name, Object.keys(standard))}`);
    if (isSettings(stands)) {
      if (!isSettings(value)) throw new UsageError(`--config ${file}: ${field} ${shown(value)}: must be an object`);
      result[name] = overlaid(stands, value, field, file);
    } else {
      const rule = ruleOf(field, stands);
      if (!rule.holds(value)) throw new UsageError(`--config ${file}: ${field} ${shown(value)}: must be ${rule.words}`);
      result[name] = value;
    }
  }
  return result;
};

/**
 * A configuration as a plan or a manifest holds it, whose keys are in another order: its hash is of the text, so the order of the standard is part of it.
 * @throws {UsageError} the file, named `file`, has a setting that this code does not know.
 */
export const configInOrder = (config: Settings, file: string): RankingConfig =>
  overlaid({ ...defaultRankingConfig }, config, '', file) as unknown as RankingConfig;

/**
 * The configuration that a file describes: JSON with what differs from the default, such as `{"exploration": {"everySlots": 0}}`. Without a file, the default.
 * @throws {UsageError} the file can not be read, or names what is no setting.
 */
export const readRankingConfig = async (file: string | null): Promise<RankingConfig> => {
  if (file === null) return defaultRankingConfig;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`--config ${file}: can not be read`);
  });
  let changes: unknown;
  try {
    changes = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--config ${file}: must be JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isSettings(changes)) throw new UsageError(`--config ${file}: must be a JSON object`);
  return configInOrder(changes, file);
};
