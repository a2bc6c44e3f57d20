import { ModelRegistry } from '#persistence';
import { withReadOnlyDatabase } from '../snapshots/read-only-database.js';
import type { LiveVersions } from './model-choice.js';
import { databaseUrl } from './settings.js';

/** What the registry of the live system calls live, read over a connection that can not write. */
export const liveVersions: LiveVersions = async () => {
  const active = await withReadOnlyDatabase(databaseUrl(), (database) => new ModelRegistry(database).active());
  return Object.fromEntries(active.filter(({ role }) => role === 'live').map(({ name, version }) => [name, version]));
};
