import 'reflect-metadata';
import { jest } from '@jest/globals';
import { foldedTopics, positionKey, topics } from '#contracts';
import type { StoredRecord } from '#event-log';
import { until } from '#test-support/until';
import { paperValue } from '../apps/ranker/src/fixtures/records.js';
import { type CollectedSpan, Collector } from './traces/collector.js';
import { startTracedSystem, type TracedSystem } from './traces/traced-system.js';

jest.setTimeout(90_000);

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const sampled = { traceparent: `00-${TRACE}-${CALLER}-01` };
const paperIds = Array.from({ length: 12 }, (_, n) => `traced.${n}`);

const withPapers = async (system: TracedSystem): Promise<void> => {
  const records = paperIds.map((id) => ({ key: id, value: JSON.stringify(paperValue(id, { title: `Attention, part ${id}` })) }));
  await system.log.append(topics.papers.name, records);
  await until('the ranker knows the papers', async () => (await system.ranker.state()).stats.papers === paperIds.length);
  await until('the gateway knows the papers', async () => (await fetch(`${system.url}/v1/papers/traced.11`)).status === 200);
};

/** What a reader does here: looks at a feed of their own, and upvotes what they find. */
const feedAndVote = async (system: TracedSystem, headers: Readonly<Record<string, string>>) => {
  // No name of hexadecimal digits: ids of spans are random and would have it now and then.
  const authorization = `Bearer ${await system.token('ursula')}`;
  const feed = await fetch(`${system.url}/v1/feeds/for-you?limit=5`, { headers: { ...headers, authorization } });
  const vote = await fetch(`${system.url}/v1/papers/traced.3/upvote`, { method: 'PUT', headers: { ...headers, authorization } });
  return { feed, vote, items: ((await feed.json()) as { items: unknown[] }).items, voted: (await vote.json()) as Record<string, unknown> };
};

const recordsOf = async ({ log }: TracedSystem, topic: string): Promise<StoredRecord[]> => {
  const records: StoredRecord[] = [];
  for (const key of Object.keys((await log.bounds(topic)).end))
    for await (const record of log.read({ topic, partition: Number(key.slice(positionKey(topic, 0).length - 1)) })) records.push(record);
  return records;
};

describe('traces', () => {
  it('one trace goes through gateway, ranker, ingest and the log, and says nothing of the reader', async () => {
    await using collector = await Collector.start();
    await using system = await startTracedSystem({ TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await withPapers(system);
    const { feed, vote, items } = await feedAndVote(system, sampled);
    expect({ feed: feed.status, vote: vote.status, items: items.length }).toEqual({ feed: 200, vote: 200, items: 5 });
    await until('the vote is folded', async () => (await system.ranker.state()).stats.interactions === 1);
    await until('the answer is recorded', async () => (await recordsOf(system, topics.feedServed.name)).length === 1);
    const [gatewayText, rankerText, ingestText] = await system.metrics();
    const headersOf = async (topic: string) => (await recordsOf(system, topic)).map(({ headers }) => headers['traceparent']);
    const [voted, served] = [await headersOf(topics.interactions.name), await headersOf(topics.feedServed.name)];
    await until('the vote is archived', () =>
      collector.spans.some(({ service, name }) => service === 'ingest' && name === 'process interactions.v1'),
    );
    await system.stop();

    expect(collector.refused).toEqual([]);
    const named = (service: string, name: string): CollectedSpan => {
      const found = collector.spans.filter((span) => span.service === service && span.name === name);
      if (found.length !== 1)
        throw new Error(`${found.length} spans ${name} of ${service}: ${collector.spans.map((span) => span.name).join(', ')}`);
      return found[0]!;
    };
    const request = named('gateway', 'GET /v1/feeds/for-you');
    const rankCall = named('gateway', 'rank');
    const rank = named('ranker', 'rank');
    const upvote = collector.spans.find(({ attributes }) => attributes['http.request.method'] === 'PUT')!;
    const intakeCall = named('gateway', 'intake.interactions');
    const intake = named('ingest', 'intake.interactions');
    const append = named('ingest', 'send interactions.v1');
    const fold = named('ranker', 'process interactions.v1');
    const archive = named('ingest', 'process interactions.v1');

    const path = [request, rankCall, rank].map(({ kind, parent }) => ({ kind, parent }));
    expect(path).toEqual([
      { kind: 'server', parent: CALLER },
      { kind: 'client', parent: request.spanId },
      { kind: 'server', parent: rankCall.spanId },
    ]);
    const way = [upvote, intakeCall, intake, append, fold].map(({ kind, parent }) => ({ kind, parent }));
    expect(way).toEqual([
      { kind: 'server', parent: CALLER },
      { kind: 'client', parent: upvote.spanId },
      { kind: 'server', parent: intakeCall.spanId },
      { kind: 'producer', parent: intake.spanId },
      { kind: 'consumer', parent: append.spanId },
    ]);
    // A batch of many records is work of its own: it is linked, not a child.
    expect({ parent: archive.parent, links: archive.links }).toEqual({ parent: null, links: [{ traceId: TRACE, spanId: append.spanId }] });
    expect(fold.links).toEqual(archive.links);
    const one = collector.spans.filter((span) => span !== archive);
    expect(new Set(one.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(new Set(one.map(({ service }) => service))).toEqual(new Set(['gateway', 'ranker', 'ingest']));

    const stages = collector.spans.filter(({ parent, kind }) => parent === rank.spanId && kind === 'internal');
    const did = new Set(stages.map(({ attributes }) => attributes['broadsheet.stage']));
    for (const stage of ['source', 'filter', 'scorer', 'selector']) expect(did).toContain(stage);
    expect(stages.length).toBeGreaterThan(5);
    for (const stage of stages) {
      expect(stage.began).toBeGreaterThanOrEqual(rank.began - 1);
      expect(stage.ended).toBeLessThanOrEqual(rank.ended + 1);
    }

    expect(voted).toEqual([`00-${TRACE}-${append.spanId}-01`]);
    expect(served).toEqual([`00-${TRACE}-${rank.spanId}-01`]);
    for (const secret of ['r_', 'ursula', 'Bearer', 'traced.3']) expect(collector.text).not.toContain(secret);
    const line = system.lines.find(({ route }) => route === '/v1/feeds/for-you');
    expect(line).toMatchObject({ trace_id: TRACE, span_id: request.spanId });

    for (const [text, metric, span] of [
      [gatewayText, 'gateway_http_request_duration_seconds', request],
      [rankerText, 'ranker_rank_duration_seconds', rank],
      [ingestText, 'ingest_intake_duration_seconds', intake],
    ] as const)
      expect(text).toMatch(new RegExp(`^${metric}_bucket{[^}]*} \\d+ # {trace_id="${TRACE}",span_id="${span.spanId}"} `, 'm'));
  });

  it('without the switch nothing leaves the process, nothing is marked, and answers are the same', async () => {
    await using collector = await Collector.start();
    const run = async (traces: Readonly<Record<string, string>>) => {
      await using system = await startTracedSystem(traces);
      await withPapers(system);
      const { feed, vote, items, voted } = await feedAndVote(system, sampled);
      await until('the vote is folded', async () => (await system.ranker.state()).stats.interactions === 1);
      const marked = (await Promise.all([...foldedTopics, topics.feedServed.name].map((topic) => recordsOf(system, topic))))
        .flat()
        .filter(({ headers }) => 'traceparent' in headers).length;
      const exemplars = (await system.metrics()).join('').split(' # {').length - 1;
      const names = (answer: Response): string[] => [...answer.headers.keys()].sort();
      return {
        headers: [names(feed), names(vote)],
        shape: shapeOf({ items, voted }),
        status: [feed.status, vote.status],
        marked,
        exemplars,
      };
    };
    const off = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect({ spans: collector.spans.length, marked: off.marked, exemplars: off.exemplars }).toEqual({ spans: 0, marked: 0, exemplars: 0 });
    const on = await run({ TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(collector.spans.length).toBeGreaterThan(10);
    expect({ ...on, marked: 0, exemplars: 0 }).toEqual(off);
    expect(on.marked).toBeGreaterThan(0);
  });

  it('a caller who says that it does not record is believed, and a request without a word is drawn by the share', async () => {
    await using collector = await Collector.start();
    await using system = await startTracedSystem({
      TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER_ARG: '1',
    });
    const latest = (headers: Record<string, string>) => fetch(`${system.url}/v1/feeds/latest`, { headers });
    await latest({ traceparent: `00-${TRACE}-${CALLER}-00` });
    await latest({ traceparent: 'not a trace' });
    await system.stop();
    const requests = collector.spans.filter(({ service, kind }) => service === 'gateway' && kind === 'server');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ parent: null, failed: false, attributes: { 'http.response.status_code': 200 } });
    expect(requests[0]?.traceId).not.toBe(TRACE);
  });
});

/** The names of all fields and the types of their values: what ids and times may differ in is left out. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
};
