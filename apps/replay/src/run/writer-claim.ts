import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** When a process began, in the kernel's ticks: tells two processes apart that had the same id. Empty where the system has no /proc. */
const begunAt = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; what follows it does not.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Tells one process from all others, also from later ones that get its id. */
export const identityOf = (pid: number): string => `${pid} ${begunAt(pid)}`;

/** Who writes to a part of the directory, so that a second process does not. A killed process leaves its claim behind; it holds for nobody. */
export class WriterClaim {
  constructor(private readonly file: string) {}

  /** Id of the process that holds it; null when none does, or this one. */
  heldBy(): number | null {
    if (!existsSync(this.file)) return null;
    const identity = readFileSync(this.file, 'utf8');
    const pid = Number(identity.split(' ')[0]);
    return pid > 0 && pid !== process.pid && isAlive(pid) && identityOf(pid) === identity ? pid : null;
  }

  take(): void {
    writeFileSync(this.file, identityOf(process.pid));
  }

  release(): void {
    rmSync(this.file, { force: true });
  }
}
