import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { seededRandom } from '#ranking';
import { until } from '#test-support/until';
import { liveLog } from '../fixtures/live-log.js';
import { endOf, startReplay } from '../fixtures/replay-process.js';
import { runFiles } from '../files/run-files.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { exportStream } from '../stream/stream-export.js';

jest.setTimeout(180_000);

/** Processes of the command over an exported stream of three live replicas, with the shipped models. */
describe('run', () => {
  let folder: string;
  let source: string;
  /** Of one uninterrupted run. */
  let expected: Readonly<Record<string, string>>;
  let tookMs: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'replay-run-'));
    const live = await liveLog({ seed: 11, papers: 40, readers: 10, steps: 260, replicas: 3 });
    const list = new ListSource(live.log.records);
    const { earliest: from, end: to } = await list.bounds();
    const signal = new AbortController().signal;
    await exportStream({ source: list, range: { from, to }, completeSince: null, folder: join(folder, 'stream'), signal });
    source = `file:${join(folder, 'stream')}`;
    const began = performance.now();
    await ran('whole');
    tookMs = performance.now() - began;
    expected = hashesOf('whole');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const out = (name: string): string => join(folder, name);

  const hashesOf = (name: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(out(name))
        .sort()
        .map((file) => [
          file,
          createHash('sha256')
            .update(readFileSync(join(out(name), file)))
            .digest('hex'),
        ]),
    );

  const ran = async (name: string, ...options: string[]): Promise<void> => {
    const end = await endOf(startReplay(['run', '--source', source, '--out', out(name), ...options]));
    expect({ ...end, printed: '' }).toMatchObject({ code: 0 });
  };

  it('writes every file of a run and its manifest', () => {
    expect(Object.keys(expected)).toEqual([...Object.values(runFiles), 'manifest.json'].sort());
  });

  it('gives the same bytes with two workers', async () => {
    await ran('two', '--parallel', '2');
    expect(hashesOf('two')).toEqual(expected);
  });

  it('gives the same bytes again from its manifest, also from a copy of the stream elsewhere', async () => {
    cpSync(out('stream'), out('copy'), { recursive: true });
    const args = ['run', '--manifest', join(out('whole'), 'manifest.json'), '--source', `file:${out('copy')}`, '--out', out('again')];
    const end = await endOf(startReplay(args));
    expect(end).toMatchObject({ code: 0 });
    expect(end.printed).toContain('made again: every file has the bytes that the manifest says');
    expect(hashesOf('again')).toEqual(expected);
  });

  it('says which file is another when the manifest is not of this stream', async () => {
    const manifest = JSON.parse(readFileSync(join(out('whole'), 'manifest.json'), 'utf8')) as { files: Record<string, string> };
    manifest.files[runFiles.trends] = 'f'.repeat(64);
    writeFileSync(out('other.json'), JSON.stringify(manifest));
    const end = await endOf(startReplay(['run', '--manifest', out('other.json'), '--source', source, '--out', out('differs')]));
    expect(end.code).toBe(4);
    expect(end.said).toContain(`trends.ndjson: SHA-256 is ${expected[runFiles.trends]}, the manifest says ${'f'.repeat(64)}\n`);
    expect(end.said).not.toContain('slates.ndjson');
  });

  it('is refused when the range of the manifest is gone', async () => {
    const manifest = JSON.parse(readFileSync(join(out('whole'), 'manifest.json'), 'utf8')) as { range: { to: Record<string, string> } };
    manifest.range.to['papers.v1/0'] = '1000000';
    writeFileSync(out('gone.json'), JSON.stringify(manifest));
    const end = await endOf(startReplay(['run', '--manifest', out('gone.json'), '--source', source, '--out', out('gone')]));
    expect(end).toMatchObject({ code: 2, printed: '' });
    expect(end.said).toContain('papers.v1/0: records up to 1000000 were asked for');
    expect(existsSync(out('gone'))).toBe(false);
  });

  it.each([1, 2])('goes on to the same bytes after kill -9 at random points, with %i workers', async (parallel) => {
    const random = seededRandom(20 + parallel);
    for (let round = 0; round < 2; round++) {
      const name = `killed-${parallel}-${round}`;
      const child = startReplay(['run', '--source', source, '--out', out(name), '--parallel', String(parallel)]);
      // Listened to from the beginning: on a fast machine the run may have ended before it is killed.
      const ended = endOf(child);
      await until('the run has begun', () => existsSync(join(out(name), 'unfinished', 'plan.json')));
      await pause(random() * tookMs * 0.6);
      child.kill('SIGKILL');
      await ended;
      const end = await endOf(startReplay(['run', '--resume', '--out', out(name)]));
      expect(end).toMatchObject({ code: 0 });
      expect(hashesOf(name)).toEqual(expected);
    }
  });

  it.each([1, 2])('leaves a run that goes on after Ctrl-C, with exit code 130, with %i workers', async (parallel) => {
    const name = `interrupted-${parallel}`;
    // Slowly enough that it is still going on when it is interrupted.
    const child = startReplay(['run', '--source', source, '--out', out(name), '--parallel', String(parallel), '--speed', '1000x']);
    const ended = endOf(child);
    await until('the run has begun', () => existsSync(join(out(name), 'unfinished', `slates.ndjson.${parallel - 1}`)));
    await pause(200);
    child.kill('SIGINT');
    const end = await ended;
    expect(end).toMatchObject({ code: 130 });
    expect(end.said).toContain(`interrupted: npm run replay -- run --resume --out ${out(name)} goes on`);
    const options = ['run', '--resume', '--source', source, '--out', out(name)];
    expect(await endOf(startReplay([...options, '--seed', '7']))).toMatchObject({ code: 2 });
    expect(await endOf(startReplay(options))).toMatchObject({ code: 0 });
    expect(hashesOf(name)).toEqual(expected);
  });
});
