import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { importInPlace } from './repository.js';

/** A process and a piece of its command line, by which it is known again: pids are used anew. */
const knownProcess = z.object({ name: z.string(), pid: z.int(), marker: z.string() });
const recordSchema = z.object({ supervisor: knownProcess, services: z.array(knownProcess) });
export type KnownProcess = z.output<typeof knownProcess>;

interface ServerProcessModule {
  commandLineOf(pid: number): string;
  isOurs(pid: number, marker: string): boolean;
  stopProcess(pid: number, marker: string, how: { signal: NodeJS.Signals; graceMs: number; hardSignal: NodeJS.Signals }): Promise<void>;
}

/** Another supervisor runs on the same data. */
export class AlreadyRunning extends Error {
  constructor(pid: number, dataDir: string) {
    super(`a Broadsheet is running on ${dataDir} (pid ${pid}): stop it, or use another folder with  npm start -- --data-dir DIR`);
  }
}

/**
 * Who runs on a data folder, on disk: a supervisor that was killed could not stop its services, so the next one does.
 * PostgreSQL and Kafka have records of their own and are taken over, not stopped.
 */
export class ProcessRecord {
  private readonly services: KnownProcess[] = [];

  private constructor(
    private readonly file: string,
    private readonly supervisor: KnownProcess,
  ) {}

  /** Stops what a dead supervisor left, then records this one. @throws {AlreadyRunning} */
  static async claim(file: string, dataDir: string, log: (line: string) => void): Promise<ProcessRecord> {
    const { commandLineOf, isOurs, stopProcess } = await importInPlace<ServerProcessModule>('scripts/servers/server-process.mjs');
    const left = readRecord(file);
    if (left !== null) {
      if (left.supervisor.pid !== process.pid && isOurs(left.supervisor.pid, left.supervisor.marker))
        throw new AlreadyRunning(left.supervisor.pid, dataDir);
      const running = left.services.filter(({ pid, marker }) => isOurs(pid, marker));
      if (running.length > 0) log(`an earlier run was killed: stopping what it left (${running.map(({ name }) => name).join(', ')})`);
      await Promise.all(
        running.map(({ pid, marker }) => stopProcess(pid, marker, { signal: 'SIGTERM', graceMs: 10_000, hardSignal: 'SIGKILL' })),
      );
    }
    // Not argv[1]: node makes that absolute, and the command line says what was typed.
    const record = new ProcessRecord(file, { name: 'supervisor', pid: process.pid, marker: commandLineOf(process.pid) || 'node' });
    record.write();
    return record;
  }

  add(service: KnownProcess): void {
    this.services.push(service);
    this.write();
  }

  clear(): void {
    rmSync(this.file, { force: true });
  }

  private write(): void {
    writeFileSync(this.file, JSON.stringify({ supervisor: this.supervisor, services: this.services }));
  }
}

const readRecord = (file: string): z.output<typeof recordSchema> | null => {
  if (!existsSync(file)) return null;
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null; // half-written by a run that was killed: it had not started anything yet
  }
};
