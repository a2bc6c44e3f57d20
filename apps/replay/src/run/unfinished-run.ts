import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseJsonWith } from '#contracts';
import { canonicalJson } from '../files/canonical-json.js';
import { MANIFEST_FILE } from '../files/manifest.js';
import { RunDirectoryFailure } from './run-directory.failure.js';
import { runPlanSchema, type RunPlan } from './run-plan.js';
import { WriterClaim } from './writer-claim.js';

const FOLDER = 'unfinished';
const PLAN_FILE = 'plan.json';

export type DirectoryState = 'new' | 'unfinished' | 'finished' | 'foreign';

/** What stands at a path: nothing (or an empty folder), a run that can be gone on with, a whole one, or something else. */
export const stateOfDirectory = (path: string): DirectoryState => {
  if (!existsSync(path)) return 'new';
  if (existsSync(join(path, MANIFEST_FILE))) return 'finished';
  if (existsSync(join(path, FOLDER, PLAN_FILE))) return 'unfinished';
  // A kill between the first folder and the plan leaves no more than this.
  return readdirSync(path).every((name) => name === FOLDER) ? 'new' : 'foreign';
};

/** Writes a small file in one step, so that a reader sees the old one, none, or all of the new one. */
const putFile = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
};

/** How long processes of a killed run may take to see that they are alone. */
const ORPHANS_MS = 10_000;
const ASK_EVERY_MS = 50;

/** A run directory while it is being made: the plan, what the workers wrote so far, and who is writing. */
export class UnfinishedRun {
  private constructor(readonly path: string) {}

  /** Begins a run. @throws {RunDirectoryFailure} there is something at the path. */
  static begin(path: string, plan: RunPlan): UnfinishedRun {
    const state = stateOfDirectory(path);
    if (state !== 'new') throw new RunDirectoryFailure(refusals[state](path), { path });
    const run = new UnfinishedRun(path);
    mkdirSync(join(path, FOLDER), { recursive: true });
    putFile(run.inside(PLAN_FILE), canonicalJson(runPlanSchema)(plan));
    return run;
  }

  /** Opens a run that was begun. @throws {RunDirectoryFailure} there is none, or not of this version. */
  static open(path: string): { readonly run: UnfinishedRun; readonly plan: RunPlan } {
    const state = stateOfDirectory(path);
    if (state !== 'unfinished') throw new RunDirectoryFailure(`--resume: ${path} holds no unfinished run`, { path, state });
    const run = new UnfinishedRun(path);
    const plan = parseJsonWith(runPlanSchema, readFileSync(run.inside(PLAN_FILE), 'utf8'));
    if (!plan.ok)
      throw new RunDirectoryFailure(`${run.inside(PLAN_FILE)} is not a plan of this version: begin again in another directory`, { path });
    return { run, plan: plan.value };
  }

  /** Part file of one worker. */
  partPath(file: string, share: number): string {
    return this.inside(`${file}.${share}`);
  }

  /** A file for what is needed only while merging. */
  get spillPath(): string {
    return this.inside('sorted');
  }

  /** A worker's summary: when it is there, that worker is done. */
  summaryOf(share: number): string | null {
    return existsSync(this.summaryPath(share)) ? readFileSync(this.summaryPath(share), 'utf8') : null;
  }

  putSummary(share: number, text: string): void {
    putFile(this.summaryPath(share), text);
  }

  /**
   * Claims a part of the directory for this process: `run`, or the number of a worker. Processes of a killed run get a moment to end.
   * @throws {RunDirectoryFailure} another process goes on writing there.
   */
  async claim(part: string): Promise<WriterClaim> {
    const claim = new WriterClaim(this.inside(`writer.${part}`));
    for (let waited = 0; claim.heldBy() !== null; waited += ASK_EVERY_MS) {
      if (waited >= ORPHANS_MS) throw new RunDirectoryFailure(`process ${claim.heldBy()} is writing to ${this.path}`, { path: this.path });
      await pause(ASK_EVERY_MS);
    }
    claim.take();
    return claim;
  }

  /** Where a file of the finished run stands. */
  finishedPath(file: string): string {
    return join(this.path, file);
  }

  /** The manifest is what makes a run whole; after it the parts go. */
  finish(manifest: string): void {
    putFile(this.finishedPath(MANIFEST_FILE), manifest);
    UnfinishedRun.clear(this.path);
  }

  /** Takes away what only an unfinished run needs; a kill may have left it beside the manifest. */
  static clear(path: string): void {
    rmSync(join(path, FOLDER), { recursive: true, force: true });
  }

  private summaryPath(share: number): string {
    return this.inside(`summary.${share}.json`);
  }

  private inside(name: string): string {
    return join(this.path, FOLDER, name);
  }
}

const refusals: Readonly<Record<Exclude<DirectoryState, 'new'>, (path: string) => string>> = {
  unfinished: (path) => `--out ${path}: an unfinished run is there: go on with --resume, or name another directory`,
  finished: (path) => `--out ${path}: a finished run is there: name another directory`,
  foreign: (path) => `--out ${path}: there are files that no run wrote: name an empty or a new directory`,
};
