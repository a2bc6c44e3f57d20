import type { ReplayCommand } from '../cli/command.js';

/** Every command, in the order of an analyst's day. */
export const commands: readonly ReplayCommand[] = [];
