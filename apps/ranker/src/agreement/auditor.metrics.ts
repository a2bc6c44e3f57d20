import { Counter, Gauge, type Registry } from '#telemetry';
import { type Outcome } from './compare-replicas.js';

const outcomes: readonly Outcome[] = ['equal', 'different', 'unreachable'];

/** What the auditor of replicas has found. */
export class AuditorMetrics {
  private readonly compared;
  private readonly comparedTime;

  constructor(registry: Registry) {
    const registers = [registry];
    this.compared = new Counter({
      name: 'replicas_compared_total',
      help: 'Comparisons of the states of all rankers at equal positions of the log, by what they found. Unreachable: not all could be compared.',
      labelNames: ['outcome'] as const,
      registers,
    });
    for (const outcome of outcomes) this.compared.inc({ outcome }, 0);
    this.comparedTime = new Gauge({
      name: 'replicas_compared_timestamp_seconds',
      help: 'When states were last compared with a result, equal or different; before the first time, when the auditor began.',
      registers,
    });
    this.comparedTime.setToCurrentTime();
  }

  count(outcome: Outcome): void {
    this.compared.inc({ outcome });
    if (outcome !== 'unreachable') this.comparedTime.setToCurrentTime();
  }
}
