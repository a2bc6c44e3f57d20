import type { Prometheus } from '../monitoring/prometheus.js';

const STEP_S = 5;

/** The furthest that each alert came in a run; those that stayed quiet are left out. */
export const alertsRaised = async (
  prometheus: Prometheus,
  from: number,
  to: number,
): Promise<ReadonlyMap<string, 'pending' | 'firing'>> => {
  const raised = new Map<string, 'pending' | 'firing'>();
  for (const { metric } of await prometheus.range('ALERTS', from, to, STEP_S)) {
    const name = metric['alertname'] ?? '';
    if (raised.get(name) !== 'firing') raised.set(name, metric['alertstate'] === 'firing' ? 'firing' : 'pending');
  }
  return raised;
};
