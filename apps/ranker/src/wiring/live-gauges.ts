import type { Positions } from '#contracts';
import type { LagMeter } from '../consume/lag.js';
import type { RankerPhase } from '../lifecycle/phase.js';
import type { Admission } from '../rank/admission.js';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { ServedLog } from '../served/served-log.js';
import { wallClock } from './tools.js';

export interface Watched {
  readonly state: {
    readonly stats: { readonly papers: number; readonly readers: number; readonly interactions: number; readonly watermark: number };
    readonly positions: Positions;
  };
  readonly lag: LagMeter;
  readonly phase: RankerPhase;
  readonly admission: Admission;
  readonly served: ServedLog;
}

/** Gauges that are read where the numbers live, when somebody scrapes. */
export const registerLiveGauges = (metrics: RankerMetrics, { state, lag, phase, admission, served }: Watched): void => {
  metrics.gauge('ranker_ready', '1 when this replica calls itself ready.', () => (phase.problem() === null ? 1 : 0));
  metrics.gauge('ranker_in_flight', 'Rank requests held now: ranking, queued, or waiting for a fold.', () => admission.inFlight);
  metrics.gauge('ranker_served_waiting', 'Answers that wait to be recorded.', () => served.waiting);
  metrics.gauge(
    'ranker_lag_seconds',
    'Age of the oldest record that waits to be folded, or how long the log has been silent if that is longer; 0 when none waits.',
    () => lag.reported(wallClock()),
  );
  metrics.gauge('ranker_state_papers', 'Papers that may be shown.', () => state.stats.papers);
  metrics.gauge('ranker_state_readers', 'Readers that the state knows.', () => state.stats.readers);
  metrics.gauge('ranker_state_interactions', 'Distinct interactions folded.', () => state.stats.interactions);
  metrics.gauge(
    'ranker_state_watermark_timestamp_seconds',
    'Newest recorded time that was folded, as Unix time.',
    () => state.stats.watermark / 1000,
  );
  metrics.partitionGauge('ranker_lag_records', 'Records not yet folded, as of the last fetch.', function* records() {
    for (const [key, count] of lag.byPartition()) yield [key, Number(count)] as const;
  });
  metrics.partitionGauge('ranker_position', 'Next offset to fold.', function* positions() {
    for (const [key, next] of Object.entries(state.positions)) yield [key, Number(next)] as const;
  });
};
