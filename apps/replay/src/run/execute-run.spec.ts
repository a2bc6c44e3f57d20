import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, statSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestSchema } from '../files/manifest.js';
import { outcomeSchema, replayedPaperSchema, replayedRequestSchema, runFiles, streamSummarySchema } from '../files/run-files.js';
import { executeRun } from './execute-run.js';
import { inventedReplay } from './fixtures/invented-replay.js';
import { smallPlan } from './fixtures/small-plan.js';
import { runShare, type PlannedReplay } from './run-share.js';
import { stateOfDirectory, UnfinishedRun } from './unfinished-run.js';
import type { StartWorker } from './worker-processes.js';

const REQUESTS = 61;

describe('a run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'run-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Workers of this process: what they share is the directory, as between processes. */
  const workersHere =
    (path: string, replay: PlannedReplay): StartWorker =>
    (share, progress) => {
      const stop = new AbortController();
      const { run, plan } = UnfinishedRun.open(path);
      const end = runShare({ run, share: { index: share, of: plan.parallel }, speed: null, replay, progress, signal: stop.signal });
      return { end, stop: () => stop.abort() };
    };

  const execute = (path: string, replay: PlannedReplay, signal = new AbortController().signal) => {
    const { run, plan } = UnfinishedRun.open(path);
    const startWorker = workersHere(path, replay);
    return executeRun({ run, plan, speed: null, replay, startWorker, progress: () => undefined, merging: () => undefined, signal });
  };

  const bytesOf = (path: string): Record<string, string> =>
    Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));

  const whole = async (name: string, parallel = 1): Promise<Record<string, string>> => {
    const path = join(folder, name);
    UnfinishedRun.begin(path, smallPlan({ parallel }));
    await execute(path, inventedReplay(REQUESTS));
    return bytesOf(path);
  };

  it('leaves every file with the bytes that its manifest says, and nothing else', async () => {
    const files = await whole('run');
    const { 'manifest.json': manifestText, ...others } = files;
    const manifest = manifestSchema.parse(JSON.parse(manifestText!));
    expect(Object.keys(others).sort()).toEqual(Object.values(runFiles).sort());
    for (const [name, text] of Object.entries(others)) expect(manifest.files[name]).toBe(createHash('sha256').update(text).digest('hex'));
    expect(manifest.counts).toEqual({
      'papers.v1': 90,
      asked: 61,
      requests: 61,
      served: 61,
      orderSame: 45,
      featuresSame: 40,
      featuresLogged: 40,
    });
    expect(stateOfDirectory(join(folder, 'run'))).toBe('finished');
  });

  it('orders slates by time and id, outcomes by request, papers by id', async () => {
    const files = await whole('run');
    const lines = (name: string): unknown[] =>
      files[name]!.trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
    const slates = lines('slates.ndjson').map((line) => replayedRequestSchema.parse(line));
    const keys = slates.map(({ at, requestId }) => `${at} ${requestId}`);
    expect(keys).toEqual(keys.toSorted());
    expect(slates).toHaveLength(REQUESTS);
    const outcomes = lines('outcomes.ndjson').map((line) => outcomeSchema.parse(line).requestId);
    expect(outcomes).toEqual(outcomes.toSorted());
    const papers = lines('papers.ndjson').map((line) => replayedPaperSchema.parse(line).paperId);
    expect(papers).toEqual([...new Set(papers)].sort());
    expect(streamSummarySchema.safeParse(JSON.parse(files['stream.json']!)).success).toBe(true);
  });

  it.each([2, 3, 4])('has the same bytes when %i workers do it', async (parallel) => {
    expect(await whole('many', parallel)).toEqual(await whole('one'));
  });

  it.each([1, 3])('has the same bytes after an interruption at any request, with %i workers', async (parallel) => {
    const expected = await whole('whole', parallel);
    for (let at = 0; at < REQUESTS; at += 6) {
      const path = join(folder, `at-${at}`);
      UnfinishedRun.begin(path, smallPlan({ parallel }));
      const stop = new AbortController();
      const interrupting = inventedReplay(REQUESTS, (number) => number === at && stop.abort());
      expect(await execute(path, interrupting, stop.signal)).toBeNull();
      expect(stateOfDirectory(path)).toBe('unfinished');
      const again: number[] = [];
      await execute(
        path,
        inventedReplay(REQUESTS, (number) => void again.push(number)),
      );
      expect(bytesOf(path)).toEqual(expected);
      expect(again.every((number) => number > at || parallel > 1)).toBe(true);
    }
  });

  it('has the same bytes whatever a kill left of the part files', async () => {
    const expected = await whole('whole', 2);
    const path = join(folder, 'interrupted');
    UnfinishedRun.begin(path, smallPlan({ parallel: 2 }));
    const stop = new AbortController();
    await execute(
      path,
      inventedReplay(REQUESTS, (number) => number === 40 && stop.abort()),
      stop.signal,
    );
    for (let cut = 0; cut < 6; cut++) {
      const killed = join(folder, `killed-${cut}`);
      cpSync(path, killed, { recursive: true });
      const part = join(killed, 'unfinished', 'slates.ndjson.0');
      truncateSync(part, Math.floor((statSync(part).size * cut) / 5.5));
      rmSync(join(killed, 'unfinished', `papers.ndjson.${cut % 2}`));
      await execute(killed, inventedReplay(REQUESTS));
      expect(bytesOf(killed)).toEqual(expected);
    }
  });

  it('does only the merging again when it was interrupted there', async () => {
    const expected = await whole('whole');
    const path = join(folder, 'merging');
    const { run, plan } = (UnfinishedRun.begin(path, smallPlan()), UnfinishedRun.open(path));
    const stop = new AbortController();
    const merging = (): void => stop.abort();
    const parts = { run, plan, speed: null, startWorker: workersHere(path, inventedReplay(REQUESTS)), progress: () => undefined, merging };
    expect(await executeRun({ ...parts, replay: inventedReplay(REQUESTS), signal: stop.signal })).toBeNull();
    const ranked: number[] = [];
    await execute(
      path,
      inventedReplay(REQUESTS, (number) => void ranked.push(number)),
    );
    expect(ranked).toEqual([]);
    expect(bytesOf(path)).toEqual(expected);
  });

  it('is not finished when workers come to different states', async () => {
    const path = join(folder, 'odd');
    UnfinishedRun.begin(path, smallPlan({ parallel: 2 }));
    const odd: PlannedReplay = (work, sink, signal) =>
      inventedReplay(REQUESTS)(
        work,
        { ...forwarded(sink), done: (summary) => sink.done({ ...summary, stateHash: String(work.share.index).repeat(64) }) },
        signal,
      );
    await expect(execute(path, odd)).rejects.toThrow('workers 0 and 1 folded the same records to different states');
    expect(existsSync(join(path, 'manifest.json'))).toBe(false);
  });

  it('stops the other workers where they can go on when one fails', async () => {
    const expected = await whole('whole', 2);
    const path = join(folder, 'failing');
    UnfinishedRun.begin(path, smallPlan({ parallel: 2 }));
    const failing = inventedReplay(REQUESTS, (number) => {
      if (number === 21) throw new Error('the source is gone');
    });
    await expect(execute(path, failing)).rejects.toThrow('the source is gone');
    await execute(path, inventedReplay(REQUESTS));
    expect(bytesOf(path)).toEqual(expected);
  });

  it('is begun only in a new or empty directory', async () => {
    await whole('run');
    expect(() => UnfinishedRun.begin(join(folder, 'run'), smallPlan())).toThrow('a finished run is there');
    UnfinishedRun.begin(join(folder, 'begun'), smallPlan());
    expect(() => UnfinishedRun.begin(join(folder, 'begun'), smallPlan())).toThrow('go on with --resume');
    expect(() => UnfinishedRun.begin(folder, smallPlan())).toThrow('files that no run wrote');
  });
});

const forwarded = (sink: Parameters<PlannedReplay>[1]): Parameters<PlannedReplay>[1] => ({
  request: (line, cursor) => sink.request(line, cursor),
  outcome: (outcome) => sink.outcome(outcome),
  trend: (trend) => sink.trend(trend),
  done: (summary) => sink.done(summary),
});
