import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** utime and stime of `/proc/PID/stat`, in seconds. The second field is a name that may hold spaces and brackets. */
export const cpuOfStat = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};

/** CPU seconds of these processes so far, all threads; null where /proc does not exist. */
export const cpuSeconds = (pids: readonly number[]): number | null => {
  try {
    return pids.reduce((sum, pid) => sum + cpuOfStat(readFileSync(`/proc/${pid}/stat`, 'utf8')), 0);
  } catch {
    return null;
  }
};

/** Most memory that a process ever had, in MiB; null where /proc does not exist. */
export const peakMemoryMiB = (pid: number): number | null => {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
};
