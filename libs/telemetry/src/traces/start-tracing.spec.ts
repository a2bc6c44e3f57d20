import { execFileSync } from 'node:child_process';
import { noTracing } from './tracing.js';
import { startTracing } from './start-tracing.js';

const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', BROKER: 'kafka', REPLICA_ID: 'x' } as const;

/** Files of OpenTelemetry that a process of its own has loaded after it started its traces. Its API alone does nothing, and prom-client brings it along. */
const loadedWith = (exporter: 'none' | 'otlp'): number => {
  const program = `
    import { createRequire } from 'node:module';
    import { startTracing } from './libs/telemetry/src/index.ts';
    await startTracing('gateway', ${JSON.stringify({ ...settings, TRACES_EXPORTER: exporter })});
    console.log(Object.keys(createRequire(import.meta.url).cache)
      .filter((file) => file.includes('@opentelemetry/') && !file.includes('@opentelemetry/api/')).length);
  `;
  const options = ['--conditions=source', '--import', './test/support/typescript.mjs', '--input-type=module', '--eval', program];
  return Number(execFileSync(process.execPath, options, { encoding: 'utf8', env: { PATH: process.env['PATH'] } }));
};

describe('startTracing', () => {
  it('loads no tracer when traces are off', () => {
    expect(loadedWith('none')).toBe(0);
    expect(loadedWith('otlp')).toBeGreaterThan(10); // so that the count above could have been another
  });

  it('answers what records nothing when they are off', async () => {
    const tracing = await startTracing('gateway', { ...settings, TRACES_EXPORTER: 'none' });
    expect(tracing).toBe(noTracing);
    const span = tracing.receive('GET', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, { kind: 'server' });
    expect([span, tracing.within(span, () => tracing.active())]).toEqual([null, null]);
  });
});
