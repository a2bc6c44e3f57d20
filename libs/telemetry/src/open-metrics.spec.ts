import { observeTraced } from './exemplars.js';
import { Counter, createRegistry, Gauge, Histogram } from './metrics.js';
import { openMetricsText, wantsOpenMetrics } from './open-metrics.js';
import type { Span } from './traces/tracing.js';

const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) } as Span;

const labels = String.raw`\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\}`;
const number = String.raw`(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)`;
const sampleLine = new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:${labels})? ${number}(?: # ${labels} ${number} \\d+\\.\\d+)?$`);
const endings: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** What a strict reader of OpenMetrics 1.0 would say: families once and whole, samples named after them, exemplars only where they may be. */
const problemsOf = (text: string): string[] => {
  const lines = text.split('\n');
  const problems = lines.slice(-2).join('\n') === '# EOF\n' ? [] : ['ends otherwise than with # EOF and a line break'];
  const seen = new Set<string>();
  let family = { name: '', type: '' };
  for (const line of lines.slice(0, -2)) {
    const [, keyword, name = '', type = ''] = /^# (TYPE|HELP|UNIT) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'TYPE') {
      if (seen.has(name)) problems.push(`${name} stands twice`);
      if (type === 'counter' && name.endsWith('_total')) problems.push(`the family ${name} has the ending of its sample`);
      seen.add(name);
      family = { name, type };
    } else if (keyword !== undefined) {
      if (name !== family.name) problems.push(`${keyword} of ${name} stands in ${family.name}`);
    } else {
      const sample = sampleLine.exec(line)?.[1];
      if (sample === undefined) problems.push(`no sample: ${line}`);
      else if (!(endings[family.type] ?? []).some((ending) => sample === family.name + ending))
        problems.push(`${sample} in ${family.name}`);
      else if (line.includes(' # ') && !sample.endsWith('_bucket')) problems.push(`an exemplar of ${sample}`);
    }
  }
  return problems;
};

describe('openMetricsText', () => {
  const filled = () => {
    const registry = createRegistry('test');
    const counter = new Counter({
      name: 'things_total',
      help: 'A "thing"\nof two lines.',
      labelNames: ['kind'] as const,
      registers: [registry],
    });
    counter.inc({ kind: 'a "b" \\ c\nd' }, 2);
    new Gauge({ name: 'nothing', help: 'x', registers: [registry] }).set(NaN);
    const histogram = new Histogram({
      name: 'h_seconds',
      help: 'x',
      labelNames: ['route'] as const,
      buckets: [0.1, 1, 5],
      registers: [registry],
    });
    return { registry, histogram };
  };

  it('is what a strict reader takes, process metrics included', async () => {
    const { registry, histogram } = filled();
    observeTraced(histogram, { route: '/a' }, 0.5, span);
    expect(problemsOf(await openMetricsText(registry))).toEqual([]);
    expect(problemsOf('# TYPE a_total counter\n# HELP a_total x\na_total 1\n# EOF\n')).not.toEqual([]);
    expect(problemsOf('# TYPE a gauge\na 1 # {trace_id="x"} 1 1.0\n')).not.toEqual([]);
  });

  it('names for each bucket the last trace that fell into it, and none for work that was not traced', async () => {
    const { registry, histogram } = filled();
    observeTraced(histogram, { route: '/a' }, 0.5, span);
    observeTraced(histogram, { route: '/a' }, 0.6, null);
    observeTraced(histogram, { route: '/b' }, 7, { ...span, traceId: 'c'.repeat(32) });
    const exemplars = (await openMetricsText(registry)).split('\n').filter((line) => line.includes(' # {'));
    expect(exemplars).toEqual([
      expect.stringMatching(
        /^h_seconds_bucket\{le="1\.0",route="\/a",service="test"\} 2 # \{trace_id="a{32}",span_id="b{16}"\} 0\.5 \d+\.\d{3}$/,
      ),
      expect.stringMatching(
        /^h_seconds_bucket\{le="\+Inf",route="\/b",service="test"\} 1 # \{trace_id="c{32}",span_id="b{16}"\} 7 \d+\.\d{3}$/,
      ),
    ]);
  });

  it('leaves the classic text as it was', async () => {
    const { registry, histogram } = filled();
    const linesOf = async () => (await registry.metrics()).split('\n').filter((line) => /^(things|h_seconds|# TYPE things)/.test(line));
    observeTraced(histogram, { route: '/a' }, 0.5, span);
    const before = await linesOf();
    await openMetricsText(registry);
    expect(await linesOf()).toEqual(before);
    expect(before).toContain('# TYPE things_total counter');
    expect(before.join('\n')).not.toContain('trace_id');
  });
});

describe('wantsOpenMetrics', () => {
  it.each([
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1',
      true,
    ],
    ['Prometheus 2', 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;q=0.5', true],
    ['one that likes the classic text better', 'application/openmetrics-text;q=0.2,text/plain', false],
    ['one that refuses it', 'application/openmetrics-text;q=0', false],
    ['a browser', 'text/html,*/*;q=0.8', false],
    ['curl', undefined, false],
  ])('%s', (_who, accept, wanted) => {
    expect(wantsOpenMetrics(accept)).toBe(wanted);
  });
});
