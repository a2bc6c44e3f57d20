import { createRegistry } from '#telemetry';
import { GatewayMetrics } from '../../apps/gateway/src/gateway.metrics.js';
import { IngestMetrics } from '../../apps/ingest/src/ingest.metrics.js';
import { QualityMetrics } from '../../apps/ingest/src/quality/quality.metrics.js';
import { RankerMetrics } from '../../apps/ranker/src/ranker.metrics.js';
import { hasPromtool, promtool } from './promtool.js';

(hasPromtool ? describe : describe.skip)('promtool check metrics', () => {
  it.each([
    ['gateway', GatewayMetrics],
    ['ingest', IngestMetrics],
    ['ingest quality', QualityMetrics],
    ['ranker', RankerMetrics],
  ] as const)('has nothing to say of %s', async (service, Metrics) => {
    const registry = createRegistry(service);
    new Metrics(registry);
    expect(promtool(['check', 'metrics'], await registry.metrics())).toBeNull();
  });
});
