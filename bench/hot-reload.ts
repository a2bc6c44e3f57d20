/**
 * Twenty changes of models by the registry while feeds are asked for at a steady rate through the gateway: fifteen versions that rank in ways of their own, and five files that are bad, each
 * in another way. Requests are sent by the clock (open loop) and latency counts from when each was due. Checked: no request fails; after a change was taken over
 * every answer names the new version; no answer ever names a bad one; scores are those of the version that the answer names; a cursor goes on over changes.
 *
 * Bad files are tried by `models promote` first, which must refuse them, and then given to the rankers by the registry itself, as when a replica has a damaged copy.
 *
 *   npm run bench -- hot-reload [--rate 300] [--rankers 2] [--quiet 20] [--good 15] [--papers FILE] [--broker kafka|embedded] [--data-dir .data]
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createDataSource, ModelRegistry, ModelReplicas } from '#persistence';
import { waitForTakeover } from '../apps/ranker/src/models/takeover.js';
import { everyService, withoutLimits } from '../scripts/start/environment.js';
import { firstFeed } from '../scripts/start/first-feed.js';
import { demandPapers, loadPapers, SEED_PAPERS } from '../scripts/start/papers.js';
import { PortBook } from '../scripts/start/ports.js';
import { builtProgram, repositoryRoot } from '../scripts/start/repository.js';
import { System } from '../scripts/start/system.js';
import { httpRequest } from './harness/http-load.js';
import { faults, sayings, writeMarkedModel, type MarkedKind, type MarkedModel, type ModelFault } from './harness/marked-models.js';
import { OpenLoop } from './harness/open-loop.js';
import { percentileOf } from './harness/percentile.js';
import { readAnswer, readFeed, scoresProblem, type Asked, type SwapAnswer } from './harness/swap-answers.js';
import { inParallel, show } from './promises/figures.js';
import { Client, type Feed } from './promises/client.js';
import { developmentTokens } from '../scripts/start/reader-tokens.js';

const READERS = 60;
const LIKED = 3;
/** One in so many answers explains itself: its scores are computed again. */
const EXPLAINED = 40;
/** Between two changes, so that each is seen to serve for a while. */
const PAUSE_MS = 2_500;
/** FEED_STALE_MS of the gateway: so old may a shared feed be, with the version that made it. */
const SHARED_MS = 1_000;
const LIMIT_MS = 15 * 60_000;
const TRY_S = 8;
const periods = ['day', 'week', 'month', 'all'];

const usage = `npm run bench -- hot-reload [options]

  --rate N         requests a second, half for-you, half trending (default 300); when the machine can not hold it, the highest that it holds is taken and said
  --rankers N      replicas (default 2)
  --quiet S        seconds without changes, before and after them, to compare with (default 20)
  --good N         good versions; a bad file follows each third, five at most (default 15)
  --papers FILE    further papers
  --broker KIND    auto, kafka or embedded
  --data-dir DIR   where stores are kept (default .data)

Takes about 4 minutes, and 15 at most. Exit code 1 when a promise was missed.`;

const { values: options } = parseArgs({
  options: {
    rate: { type: 'string', default: '300' },
    rankers: { type: 'string', default: '2' },
    quiet: { type: 'string', default: '20' },
    good: { type: 'string', default: '15' },
    papers: { type: 'string', multiple: true, default: [] },
    broker: { type: 'string', default: 'auto' },
    'data-dir': { type: 'string', default: '.data' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(usage);
  process.exit(0);
}

const good = Number(options.good);

const say = (line: string): void => {
  console.log(line);
};

interface Change {
  readonly name: string;
  readonly kind: MarkedKind;
  /** What serves from `takenAt` on; for a bad one what has served all the while. */
  readonly serves: string;
  readonly fault: ModelFault | null;
  readonly beganAt: number;
  readonly takenAt: number;
  endsAt: number;
}

const models = await mkdtemp(join(tmpdir(), 'broadsheet-hot-reload-'));
await cp(join(repositoryRoot, 'models'), models, { recursive: true });
process.env['MODELS_DIR'] = models;
const overall = setTimeout(() => {
  console.error(`did not end within ${LIMIT_MS / 60_000} minutes`);
  process.exit(1);
}, LIMIT_MS);
overall.unref();

const system = await System.start({
  broker: options.broker as 'auto',
  port: await new PortBook().take(18_080),
  rankers: Number(options.rankers),
  dataDir: join(options['data-dir'], 'bench-hot-reload'),
  say,
  settings: { ...withoutLimits, LOG_LEVEL: 'fatal', MODELS_POLL_S: '1' },
});
const database = await createDataSource({ url: system.stores.databaseUrl, applicationName: 'bench-hot-reload' }).initialize();
const registry = new ModelRegistry(database);
const replicas = new ModelReplicas(database);
const client = new Client({ gateway: system.url, tokenSecret: system.secrets.tokens, ...developmentTokens });

/** `models ...` as an operator runs it. */
const command = (args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...everyService(system.stores), MODELS_DIR: models };
    const child = spawn(process.execPath, [builtProgram('apps/ranker/src/main'), 'models', ...args], { env });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, text: text.trim() }));
  });

const known = new Map<string, MarkedModel>();
const bad = new Set<string>();
const answers: SwapAnswer[] = [];
const changes: Change[] = [];
const missed: string[] = [];
const serving: Record<MarkedKind, string> = { trending: '', personal: '' };
const badToldBy: string[] = [];
let cursorPages = 0;
let cursorOverChange = 0;
const cursorProblems: string[] = [];
const walking = { over: false };
let walkers: readonly Promise<void>[] = [];
let loop: OpenLoop<Asked> | undefined;

const subjects = Array.from({ length: READERS }, (_, n) => `hot-reload-${n}`);
const requestsFor = async (): Promise<(index: number) => { bytes: Buffer; tag: Asked }> => {
  const host = new URL(system.url).host;
  const tokens = await Promise.all(subjects.map((subject) => client.token(subject)));
  const personal = (explain: boolean) =>
    tokens.map((token) =>
      httpRequest(host, 'GET', `/v1/feeds/for-you?limit=10${explain ? '&explain=true' : ''}`, { authorization: `Bearer ${token}` }),
    );
  const trending = (explain: boolean) =>
    periods.map((period) => httpRequest(host, 'GET', `/v1/feeds/trending?period=${period}&limit=10${explain ? '&explain=true' : ''}`));
  const ready = { personal: [personal(false), personal(true)], trending: [trending(false), trending(true)] } as const;
  return (index) => {
    const kind = index % 2 === 0 ? 'personal' : 'trending';
    const turn = Math.floor(index / 2);
    const explain = turn % EXPLAINED === EXPLAINED - 1;
    const list = ready[kind][explain ? 1 : 0];
    return { bytes: list[turn % list.length]!, tag: { kind, explain } };
  };
};

const loopAt = (perSecond: number, request: Awaited<ReturnType<typeof requestsFor>>, into: SwapAnswer[]): OpenLoop<Asked> =>
  new OpenLoop({ url: new URL(system.url), request, perSecond, done: (arrival) => into.push(readAnswer(arrival, known)) });

const latencyOf = (list: readonly SwapAnswer[]): Float64Array => Float64Array.from(list, ({ dueAt, doneAt }) => doneAt - dueAt).sort();

const tryRate = async (rate: number, request: Awaited<ReturnType<typeof requestsFor>>): Promise<boolean> => {
  const tried: SwapAnswer[] = [];
  const trial = loopAt(rate, request, tried);
  await sleep(TRY_S * 1000);
  await trial.stop();
  const settled = tried.slice(Math.floor(tried.length / 3));
  const late = percentileOf(latencyOf(settled), 90);
  const whole = settled.filter(({ version, degraded }) => version !== null && degraded.length === 0).length / settled.length;
  say(`${rate.toFixed(0)} requests/s for ${TRY_S} s: p90 ${late.toFixed(0)} ms, ${(whole * 100).toFixed(2)} % whole`);
  return late < 250 && whole > 0.995;
};

/** The highest rate up to what was asked that the system holds without changes: all answered, whole, and most within a quarter of a second. */
const steadyRate = async (request: Awaited<ReturnType<typeof requestsFor>>): Promise<number> => {
  await tryRate(Number(options.rate) / 3, request); // code that was never run is slow
  for (let rate = Number(options.rate); rate >= 20; rate = Math.floor(rate * 0.8)) {
    // Twice: a shared machine is busy with something else for a moment.
    if ((await tryRate(rate, request)) || (await tryRate(rate, request))) return rate;
  }
  throw new Error('the machine holds not even 20 requests/s');
};

const promote = async (model: MarkedModel): Promise<void> => {
  const beganAt = performance.now();
  const { code, text } = await command(['promote', model.kind, model.version]);
  const takenAt = performance.now();
  if (code !== 0) missed.push(`promote ${model.kind} ${model.version} ended with ${code}: ${text}`);
  serving[model.kind] = model.version;
  changes.push({
    name: `good ${model.kind} ${model.mark}`,
    kind: model.kind,
    serves: model.version,
    fault: null,
    beganAt,
    takenAt,
    endsAt: Infinity,
  });
};

/** The command refuses it and changes nothing; given to the rankers all the same, each refuses it and says why. Then it is taken back. */
const tryBad = async ({ kind, version }: MarkedModel, fault: ModelFault): Promise<void> => {
  const beganAt = performance.now();
  const before = await registry.revision();
  const { code, text } = await command(['promote', kind, version]);
  if (code !== 1 || !sayings[fault].test(text)) missed.push(`promote of a file with ${fault} ended with ${code}: ${text}`);
  if ((await registry.revision()) !== before) missed.push(`promote of a file with ${fault} changed the registry`);
  const revision = await registry.assign({ name: kind, version, role: 'live' });
  const refused = await waitForTakeover({ revision, assigned: [{ name: kind, version, role: 'live' }] }, { replicas, waitS: 100 });
  for (const { replica, outcome, problem } of refused.replicas) {
    if (outcome !== 'refused' || !sayings[fault].test(problem ?? ''))
      missed.push(`${replica} met a file with ${fault}: ${outcome}, ${problem ?? 'no reason'}`);
  }
  badToldBy.push(`${fault}: ${refused.replicas.length} of ${options.rankers} replicas refused it: ${refused.replicas[0]?.problem ?? ''}`);
  await sleep(PAUSE_MS);
  const back = await command(['rollback', kind]);
  if (back.code !== 0) missed.push(`rollback of ${kind} ended with ${back.code}: ${back.text}`);
  changes.push({ name: `bad ${fault}`, kind, serves: serving[kind], fault, beganAt, takenAt: beganAt, endsAt: Infinity });
};

/** Pages through for-you, slowly, as people do: changes come in between. */
const page = async (until: { readonly over: boolean }, subject: string): Promise<void> => {
  while (!until.over) {
    const seen = new Set<string>();
    let cursor: string | null = null;
    let version: string | null = null;
    do {
      const path: string = `/v1/feeds/for-you?limit=8${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const answer = await client.call<Feed>('GET', path, { subject });
      if (answer.status !== 200) cursorProblems.push(`a page answered ${answer.status}`);
      else {
        const feed = readFeed(Buffer.from(JSON.stringify(answer.body)));
        const model = known.get(feed.model.version);
        const wrong = model === undefined ? null : scoresProblem(feed.items, model);
        if (wrong !== null) cursorProblems.push(wrong);
        for (const { paper } of feed.items) {
          if (seen.has(paper.id)) cursorProblems.push(`${paper.id} came twice`);
          seen.add(paper.id);
        }
        if (version !== null && version !== feed.model.version) cursorOverChange += 1;
        version = feed.model.version;
        cursor = feed.nextCursor;
        cursorPages += 1;
      }
      await sleep(1_200);
    } while (cursor !== null && !until.over);
  }
};

const phaseLine = (name: string, list: readonly SwapAnswer[]): string => {
  const sorted = latencyOf(list);
  const ms = (p: number): string => percentileOf(sorted, p).toFixed(1);
  const degraded = list.filter((answer) => answer.degraded.length > 0).length;
  return `${name}: ${list.length} answers, p50 ${ms(50)} ms, p99 ${ms(99)} ms, max ${ms(100)} ms; ${degraded} degraded`;
};

/** Answers by the version that they name, most first. */
const byVersion = (list: readonly SwapAnswer[]): string => {
  const counts = new Map<string, number>();
  for (const { version } of list) counts.set(version ?? 'failed', (counts.get(version ?? 'failed') ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([version, count]) => `${count} of ${version}`)
    .join(', ');
};

try {
  for (const file of demandPapers([join(repositoryRoot, SEED_PAPERS), ...options.papers])) await loadPapers(system, file);
  await firstFeed(system.url, 60_000);
  const trending = await client.call<Feed>('GET', '/v1/feeds/trending?period=all&limit=40');
  const papers = trending.body.items.map(({ paper }) => paper.id);
  await inParallel(READERS * LIKED, 8, async (n) => {
    const paper = papers[(n * 7) % papers.length]!;
    const { status } = await client.call('PUT', `/v1/papers/${encodeURIComponent(paper)}/upvote`, { subject: subjects[n % READERS]! });
    if (status >= 300) throw new Error(`an upvote answered ${status}`);
  });

  // What an earlier run left names files that are gone.
  for (const { name, version } of await registry.active()) await registry.assign({ name, version, role: 'retired' });
  let mark = 0;
  const written = async (kind: MarkedKind, fault?: ModelFault): Promise<MarkedModel> => {
    const model = await writeMarkedModel(models, kind, ++mark, fault);
    known.set(model.version, model);
    if (fault !== undefined) bad.add(model.version);
    return model;
  };
  for (const kind of ['trending', 'personal'] as const) await promote(await written(kind));
  changes.length = 0;
  await sleep(SHARED_MS + 500);

  const request = await requestsFor();
  const rate = await steadyRate(request);
  if (rate < Number(options.rate)) say(`this machine does not hold ${options.rate} requests/s now: measured at ${rate}`);
  const quietMs = Number(options.quiet) * 1000;
  walkers = subjects
    .slice(0, 3)
    .map((subject) => page(walking, subject).catch((error: unknown) => void cursorProblems.push(String(error))));

  const began = performance.now();
  loop = loopAt(rate, request, answers);
  await sleep(quietMs);
  const swapsFrom = performance.now();
  // A bad one after each third good one, alternately of one model and the other.
  for (let n = 0; n < good; n += 1) {
    await promote(await written(n % 2 === 0 ? 'personal' : 'trending'));
    await sleep(PAUSE_MS);
    const fault = n % 3 === 2 ? faults[Math.floor(n / 3)] : undefined;
    if (fault === undefined) continue;
    await tryBad(await written(n % 2 === 0 ? 'trending' : 'personal', fault), fault);
    await sleep(PAUSE_MS);
  }
  const swapsTo = performance.now();
  await sleep(quietMs);
  await loop.stop();
  const took = (performance.now() - began) / 1000;

  say(
    `\n${system.stores.about}; ${options.rankers} rankers, ${papers.length} papers in reach, ${rate} requests/s open loop for ${took.toFixed(0)} s\n`,
  );
  for (const [at, change] of changes.entries()) {
    change.endsAt = changes.slice(at + 1).find((later) => later.kind === change.kind && later.fault === null)?.beganAt ?? Infinity;
    const whole = answers.filter(({ kind, degraded }) => kind === change.kind && degraded.length === 0);
    const until = changes[at + 1]?.beganAt ?? Infinity;
    const during = whole.filter(({ dueAt }) => dueAt >= change.beganAt && dueAt < until);
    say(
      `${change.name}: ${change.fault === null ? `taken over after ${((change.takenAt - change.beganAt) / 1000).toFixed(1)} s` : 'refused'}; ${byVersion(during)}`,
    );
    // What was asked for after the take-over; a shared feed may be as old as the gateway lets it be.
    const from = change.takenAt + (change.kind === 'trending' && change.fault === null ? SHARED_MS : 0);
    const wrong = whole.filter(
      ({ dueAt, version }) => dueAt >= from && dueAt < change.endsAt && version !== null && version !== change.serves,
    );
    if (wrong.length > 0) missed.push(`${wrong.length} answers after "${change.name}" name another version: ${byVersion(wrong)}`);
  }
  for (const line of badToldBy) say(line);

  const failed = answers.filter(({ version }) => version === null);
  for (const { problem } of failed.slice(0, 5)) say(`failed: ${problem ?? ''}`);
  const ofBad = answers.filter(({ version }) => version !== null && bad.has(version));
  const wrongScores = answers.filter(({ version, problem }) => version !== null && problem !== null);
  for (const { problem } of wrongScores.slice(0, 5)) say(`wrong: ${problem ?? ''}`);
  const degraded = answers.filter((answer) => answer.degraded.length > 0);
  const explained = answers.filter(({ explain, version }) => explain && version !== null).length;
  const quiet = answers.filter(({ dueAt }) => dueAt < swapsFrom || dueAt > swapsTo);
  const swapping = answers.filter(({ dueAt }) => dueAt >= swapsFrom && dueAt <= swapsTo);
  say('');
  say(phaseLine('without changes', quiet));
  say(phaseLine('during changes', swapping));
  for (const kind of ['personal', 'trending'] as const) {
    const [calm, busy] = [quiet, swapping].map((list) => latencyOf(list.filter((answer) => answer.kind === kind)));
    const ratio = (p: number): string => (percentileOf(busy!, p) / percentileOf(calm!, p)).toFixed(2);
    say(
      `${kind === 'personal' ? 'for-you' : 'trending'}: p50 ${percentileOf(calm!, 50).toFixed(1)} -> ${percentileOf(busy!, 50).toFixed(1)} ms (ratio ${ratio(50)}), p99 ${percentileOf(calm!, 99).toFixed(1)} -> ${percentileOf(busy!, 99).toFixed(1)} ms (ratio ${ratio(99)})`,
    );
  }
  const late = Float64Array.from(answers, ({ lateMs }) => lateMs).sort();
  say(
    `sent late by p99 ${percentileOf(late, 99).toFixed(1)} ms, max ${percentileOf(late, 100).toFixed(1)} ms; ${(answers.length / took).toFixed(1)} answers/s`,
  );
  for (const line of [...missed, ...cursorProblems.slice(0, 5)]) say(`missed: ${line}`);
  say('');

  show(`${good} good and ${badToldBy.length} bad changes behaved as they should`, `${missed.length} that did not`, missed.length === 0);
  show('no request fails', `${failed.length} of ${answers.length} failed, ${degraded.length} degraded`, failed.length === 0);
  show('no answer names a bad version', `${ofBad.length} do`, ofBad.length === 0);
  show(
    'every score is of the version that the answer names',
    `${wrongScores.length} answers with another; ${explained} explained ones computed again`,
    wrongScores.length === 0 && explained > 0,
  );
  show(
    'a cursor goes on over changes',
    `${cursorPages} pages, ${cursorOverChange} of them of another version than the page before; ${cursorProblems.length} problems`,
    cursorProblems.length === 0 && cursorOverChange > 0,
  );
} finally {
  walking.over = true;
  await loop?.stop();
  await Promise.all(walkers);
  await client.close();
  await database.destroy();
  await system.stop();
  await rm(models, { recursive: true, force: true });
}
