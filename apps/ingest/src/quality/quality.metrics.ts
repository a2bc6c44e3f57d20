import type { Action, EpochMs } from '#contracts';
import { Counter, type Registry } from '#telemetry';
import { KnownArms, type ModelArm } from './known-arms.js';
import type { ShownSlot } from './slate-memory.js';

const labels = ['surface', 'source', 'model', 'arm'] as const;

/** Each has some fifty series, one for each surface, source and action that it comes with. */
const ARMS = 8;
const ARM_IDLE_MS = 3_600_000;

/** What readers make of what they are shown. Labels are names of code and versions of models; never a paper or a reader. */
export class QualityMetrics {
  readonly impressions: Counter<(typeof labels)[number]>;
  readonly actions: Counter<(typeof labels)[number] | 'action'>;
  readonly unmatched: Counter;
  private readonly arms = new KnownArms({ most: ARMS, idleMs: ARM_IDLE_MS, forgotten: (pair) => this.forget(pair) });

  constructor(registry: Registry) {
    const registers = [registry];
    this.impressions = new Counter({
      name: 'quality_impressions_total',
      help: 'Papers that readers saw, joined by request with the answer that showed them. Retries and changes of owners may count one twice; the eight models and arms seen last are told apart.',
      labelNames: labels,
      registers,
    });
    this.actions = new Counter({
      name: 'quality_actions_total',
      help: 'What readers did with papers they were shown (open, upvote, save, hide), joined likewise; undoing is not counted.',
      labelNames: [...labels, 'action'] as const,
      registers,
    });
    this.unmatched = new Counter({
      name: 'quality_unmatched_total',
      help: 'Actions on an answer that is not known here: older than an hour, or recorded before this process began.',
      registers,
    });
  }

  count(action: Action, { surface, source, model, arm }: ShownSlot, at: EpochMs): void {
    const slot = { surface, source, ...this.arms.take({ model, arm }, at) };
    if (action === 'impression') this.impressions.inc(slot);
    else this.actions.inc({ ...slot, action });
  }

  private forget({ model, arm }: ModelArm): void {
    for (const counter of [this.impressions, this.actions])
      void counter.get().then(({ values }) => {
        for (const { labels: each } of values) if (each.model === model && each.arm === arm) counter.remove(each);
      });
  }
}
