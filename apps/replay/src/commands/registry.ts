import type { ReplayCommand } from '../cli/command.js';
import { diffCommand } from './diff.js';
import { evalCommand } from './eval.js';
import { explainCommand } from './explain.js';
import { exportCommand } from './export.js';
import { planCommand } from './plan.js';
import { reportCommand } from './report.js';
import { runCommand } from './run.js';
import { snapshotCommand } from './snapshot.js';
import { verifyCommand } from './verify.js';

/** Every command, in the order of an analyst's day. */
export const commands: readonly ReplayCommand[] = [
  planCommand,
  verifyCommand,
  runCommand,
  evalCommand,
  diffCommand,
  explainCommand,
  exportCommand,
  snapshotCommand,
  reportCommand,
];
