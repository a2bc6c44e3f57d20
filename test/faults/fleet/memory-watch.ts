import { readFileSync } from 'node:fs';
import type { FleetProcess } from './fleet-process.js';

const EVERY_MS = 500;

/** Resident memory of a process in MiB, or null when it is gone. Linux only. */
const residentMib = (pid: number): number | null => {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
};

/** Samples the memory of services twice a second, over all their lives, until it is stopped. */
export class MemoryWatch {
  private readonly firsts = new Map<string, number>();
  private readonly peaks = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly services: readonly FleetProcess[]) {
    this.sample();
    this.timer = setInterval(() => this.sample(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** MiB at the beginning and at most, by name. */
  get figures(): ReadonlyMap<string, { readonly first: number; readonly peak: number }> {
    return new Map([...this.peaks].map(([name, peak]) => [name, { first: this.firsts.get(name) ?? peak, peak }]));
  }

  /** `ingest-0 120 -> 180 MiB, ...` */
  get text(): string {
    return `${[...this.figures].map(([name, { first, peak }]) => `${name} ${first.toFixed(0)} -> ${peak.toFixed(0)}`).join(', ')} MiB`;
  }

  private sample(): void {
    for (const service of this.services) {
      const mib = service.isRunning ? residentMib(service.pid) : null;
      if (mib === null) continue;
      if (!this.firsts.has(service.name)) this.firsts.set(service.name, mib);
      this.peaks.set(service.name, Math.max(this.peaks.get(service.name) ?? 0, mib));
    }
  }
}
