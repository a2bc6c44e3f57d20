import { spawnSync } from 'node:child_process';

/** Whether Prometheus' own checker is on this machine; it comes with Prometheus and from no package registry of npm. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** Runs it. Out: what it printed when it failed, or null. */
export const promtool = (args: readonly string[], input?: string): string | null => {
  const { status, stdout, stderr } = spawnSync('promtool', [...args], { encoding: 'utf8', ...(input === undefined ? {} : { input }) });
  return status === 0 ? null : `${stdout}${stderr}`;
};
