import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { builtProgram } from '../../scripts/start/repository.js';

const LOOK_EVERY_MS = 100;

/** Largest resident memory of a process so far, in MB; what was seen last when it is gone, or where the system does not tell. */
const peakMb = (pid: number, before: number): number => {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return peak === undefined ? before : Math.max(before, Number(peak) / 1000);
  } catch {
    return before;
  }
};

export interface MeasuredReplay {
  readonly code: number | null;
  readonly seconds: number;
  /** Of the process itself; workers of `--parallel` are others. */
  readonly peakMb: number;
}

export interface StartedReplay {
  readonly end: Promise<MeasuredReplay>;
  kill(): void;
}

/** `npm run replay -- ...args` in a process of its own, measured. */
export const startReplay = (args: readonly string[]): StartedReplay => {
  const began = performance.now();
  const child = spawn(process.execPath, [builtProgram('apps/replay/src/main'), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const looking = setInterval(() => (peak = peakMb(child.pid ?? 0, peak)), LOOK_EVERY_MS);
  const end = new Promise<MeasuredReplay>((resolve) =>
    child.once('exit', (code) => {
      clearInterval(looking);
      resolve({ code, seconds: (performance.now() - began) / 1000, peakMb: peak });
    }),
  );
  return { end, kill: () => void child.kill('SIGKILL') };
};

/** As `startReplay`. @throws it did not end well. */
export const measuredReplay = async (args: readonly string[]): Promise<MeasuredReplay> => {
  const measured = await startReplay(args).end;
  if (measured.code !== 0) throw new Error(`replay ${args.join(' ')} ended with exit code ${measured.code}`);
  return measured;
};

/** File name -> SHA-256, of every file of a run. */
export const hashesOfRun = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(directory, name)))
          .digest('hex'),
      ]),
  );

export const hasBegun = (directory: string): boolean => existsSync(join(directory, 'unfinished', 'plan.json'));
