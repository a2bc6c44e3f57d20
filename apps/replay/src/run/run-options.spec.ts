import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultRankingConfig, rankingConfigHash } from '#ranking';
import { canonicalJson } from '../files/canonical-json.js';
import { z } from 'zod';
import { versionsOf } from './model-choice.js';
import { configInOrder, readRankingConfig } from './ranking-config-file.js';
import { readRunRequest } from './run-options.js';

const typed = (line: string) => readRunRequest(line.split(' ').filter((word) => word !== ''));

describe('the options of run', () => {
  it('have defaults: all that is kept, at served answers, as it was known, with the newest models', async () => {
    expect(await typed('--out runs/a')).toMatchObject({
      kind: 'new',
      out: resolve('runs/a'),
      parallel: null,
      speed: null,
      options: {
        stream: { source: { kind: 'log' }, range: { kind: 'all' }, where: null, sample: null, seed: 1 },
        sides: { a: { model: 'newest', config: null }, b: null },
        at: 'served',
        asOf: 'recorded',
        outcomeHours: 24,
        state: 'cold',
      },
    });
  });

  it('compare two models on one configuration, and one model on two', async () => {
    expect(await typed('--out o --model live --model newest --config c')).toMatchObject({
      options: { sides: { a: { model: 'live', config: 'c' }, b: { model: 'newest', config: 'c' } } },
    });
    expect(await typed('--out o --model live --config c --config d')).toMatchObject({
      options: { sides: { a: { model: 'live', config: 'c' }, b: { model: 'live', config: 'd' } } },
    });
  });

  it('may be left out when a run is gone on with', async () => {
    expect(await typed('--resume --out o --parallel 1')).toMatchObject({ kind: 'resume', options: null, parallel: 1 });
    expect(await typed('--resume --out o --last 7d')).toMatchObject({ kind: 'resume', options: { stream: { range: { kind: 'last' } } } });
  });

  it('tell the time in one spelling', async () => {
    expect(await typed('--out o --as-of recorded=2026-11-24')).toMatchObject({ options: { asOf: 'recorded=2026-11-24T00:00:00.000Z' } });
  });

  it.each([
    { line: '', problem: '--out is missing' },
    { line: '--out o --at noon', problem: '--at noon: must be served, interactions or none' },
    { line: '--out o --as-of later', problem: '--as-of later: must be recorded, event or recorded=TIME' },
    { line: '--out o --as-of recorded=soon', problem: '--as-of recorded soon: must be a day' },
    { line: '--out o --speed fast', problem: '--speed fast: must be max, or how many times faster' },
    { line: '--out o --speed 0x', problem: '--speed 0x: must be max' },
    { line: '--out o --parallel 0', problem: '--parallel 0: must be a whole number from 1' },
    { line: '--out o --state warm', problem: '--state warm: must be cold, snapshot:ID or snapshot:FILE' },
    { line: '--out o --model a --model b --model c', problem: '--model c: at most two models' },
    { line: '--out o --manifest m --last 7d', problem: '--last with --manifest: the manifest says what is replayed' },
    { line: '--out o --manifest m --resume', problem: '--resume with --manifest: go on with --resume and --out alone' },
    { line: '--out o --outcome-hours 0', problem: '--outcome-hours 0: must be a whole number from 1' },
  ])('are refused with the option, its value and the rule: $line', async ({ line, problem }) => {
    await expect(typed(line)).rejects.toThrow(problem);
  });
});

describe('a configuration', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'config-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const readText = (text: string) => {
    writeFileSync(join(folder, 'c.json'), text);
    return readRankingConfig(join(folder, 'c.json'));
  };

  it('is what a file changes, laid over the default', async () => {
    const { exploration } = defaultRankingConfig;
    expect(await readText('{"exploration": {"everySlots": 0}}')).toEqual({
      ...defaultRankingConfig,
      exploration: { ...exploration, everySlots: 0 },
    });
    expect(await readRankingConfig(null)).toEqual(defaultRankingConfig);
  });

  it('has the half-lives that it is compared by in its hash', async () => {
    const files = ['{}', '{"tasteHalfLifeHours": 24}', '{"tasteHalfLifeHours": 336}', '{"trendingHalfLifeHours": 6}'];
    const hashes: string[] = [];
    for (const text of files) hashes.push(rankingConfigHash(await readText(text)));
    expect(hashes[2]).toBe(hashes[0]);
    expect(new Set(hashes).size).toBe(3);
  });

  it('has the same hash after it was in a manifest, which sorts its keys', () => {
    const kept = JSON.parse(canonicalJson(z.unknown())(defaultRankingConfig)) as Record<string, unknown>;
    expect(rankingConfigHash(configInOrder(kept, 'm'))).toBe(rankingConfigHash(defaultRankingConfig));
  });

  it.each([
    { text: '{', problem: 'must be JSON' },
    { text: '[]', problem: 'must be a JSON object' },
    { text: '{"explore": {}}', problem: 'explore is no setting' },
    {
      text: '{"exploration": {"everySlot": 3}}',
      problem: 'exploration.everySlot is no setting; did you mean everySlots? there are firstSlot, everySlots',
    },
    { text: '{"exploration": {"everySlots": -1}}', problem: 'exploration.everySlots -1: must be a whole number from 0 to 100000' },
    { text: '{"exploration": {"everySlots": 1.5}}', problem: 'exploration.everySlots 1.5: must be a whole number from 0' },
    { text: '{"exploration": 3}', problem: 'exploration 3: must be an object' },
    { text: '{"arm": 3}', problem: 'arm 3: must be a text' },
    { text: '{"tasteHalfLifeHours": 0}', problem: 'tasteHalfLifeHours 0: must be a number above 0 and at most 87600 hours' },
    { text: '{"tasteHalfLifeHours": "24"}', problem: 'tasteHalfLifeHours "24": must be a number above 0' },
    { text: '{"tasteHalfLifeHours": 1e999}', problem: 'tasteHalfLifeHours Infinity: must be a number above 0' },
    { text: '{"trendingHalfLifeHours": -6}', problem: 'trendingHalfLifeHours -6: must be a number from 0 to 87600 hours' },
    { text: '{"featureSampleRate": 2}', problem: 'featureSampleRate 2: must be a number from 0 to 1' },
  ])('is refused when the file says $text', async ({ text, problem }) => {
    await expect(readText(text)).rejects.toThrow(problem);
  });
});

describe('the models of a side', () => {
  const none = () => Promise.resolve({});

  it('are the newest where nothing else is said, and the live ones when those are asked for', async () => {
    const newest = await versionsOf('newest', 'models', none);
    expect(Object.keys(newest)).toEqual(['encoder', 'personal', 'trending']);
    expect(await versionsOf('live', 'models', () => Promise.resolve({ trending: '20250101-0123456' }))).toEqual({
      ...newest,
      trending: '20250101-0123456',
    });
    expect(await versionsOf('personal=20250101-0123456', 'models', none)).toEqual({ ...newest, personal: '20250101-0123456' });
  });

  it.each([
    { choice: 'best', problem: '--model best: must be newest, live, or NAME=VERSION' },
    { choice: 'personal=1', problem: '--model personal=1: 1 is no version' },
  ])('are not $choice', async ({ choice, problem }) => {
    await expect(versionsOf(choice, 'models', none)).rejects.toThrow(problem);
  });
});
