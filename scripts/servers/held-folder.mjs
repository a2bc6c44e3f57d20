import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';

/**
 * Kafka locks the folder of its log. A broker that finds it locked ends at once: after a kill the old process may hold it for a moment
 * longer, and a broker that somebody started by other means holds it for good.
 */

/** @param {string} logText of a broker that ended */
export const foundItsFolderLocked = (logText) => /Failed to acquire lock on file/.test(logText);

/** @param {string} path @returns {string | null} */
const linkOf = (path) => {
  try {
    return readlinkSync(path);
  } catch {
    return null; // the process has ended, or is somebody else's
  }
};

/** @param {string} pid @returns {string[]} */
const openFilesOf = (pid) => {
  const folder = join('/proc', pid, 'fd');
  try {
    return readdirSync(folder).flatMap((descriptor) => linkOf(join(folder, descriptor)) ?? []);
  } catch {
    return [];
  }
};

/**
 * Who has the lock of this folder open, as far as the system tells: on Linux, of the processes that we may look into.
 * @param {string} folder @returns {number | null}
 */
export const holderOf = (folder) => {
  if (platform() !== 'linux') return null;
  const lock = join(realpathSync(folder), '.lock');
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && openFilesOf(name).includes(lock));
  return pid === undefined ? null : Number(pid);
};

/** What a person can do. @param {string} folder @param {number | null} holder */
export const heldFolderMessage = (folder, holder) =>
  `Kafka did not start: another process${holder === null ? '' : ` (pid ${holder})`} holds its data folder ${folder}. ` +
  `Stop that process${holder === null ? '' : ` (kill ${holder})`}, or use another data folder; nothing in it was changed.`;
