import type { EventLogObserver } from '#event-log';
import { scorerNames } from '#ranking';
import { Counter, Gauge, Histogram, type Registry } from '#telemetry';
import { ENCODER } from './models/load-encoder.js';

/** Around the budget of 150 ms a feed request has in all. */
const requestBuckets = [0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1];
const stageBuckets = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

/**
 * Every metric of the ranker. Labels come from closed sets of our code and from file names of models, never from a request; no reader
 * and no paper appears in any of them.
 */
export class RankerMetrics {
  readonly rankSeconds;
  readonly stageSeconds;
  readonly stagesSkipped;
  readonly candidates;
  readonly dropped;
  readonly degraded;
  readonly refused;
  readonly items;
  readonly scores;
  readonly folded;
  readonly effective;
  readonly heartbeatSeconds: Histogram;
  readonly heartbeatTime: Gauge;
  readonly shownItems;
  readonly repeatedItems;
  readonly deadLetters;
  readonly encodeFailures;
  readonly subscribeFailures;
  readonly batchRetries;
  readonly snapshotSeconds;
  readonly snapshotPause;
  readonly snapshotFailures;
  readonly snapshotBytes;
  readonly snapshotTime;
  readonly restores;
  readonly modelInfo;
  readonly modelFailures;
  readonly registryFailures;
  readonly shadowDifference;
  readonly shadowFailures;
  readonly servedWritten;
  readonly servedDropped;
  readonly servedFailures;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.rankSeconds = new Histogram({
      name: 'ranker_rank_duration_seconds',
      help: 'Time from the receipt of a Rank request to its answer or refusal.',
      labelNames: ['surface', 'outcome'] as const,
      buckets: requestBuckets,
      registers,
    });
    this.stageSeconds = new Histogram({
      name: 'ranker_stage_duration_seconds',
      help: 'Wall time of one component of one rank request.',
      labelNames: ['stage', 'component'] as const,
      buckets: stageBuckets,
      registers,
    });
    this.stagesSkipped = new Counter({
      name: 'ranker_stages_skipped_total',
      help: 'Components that a request went without, because the deadline was near or because they failed.',
      labelNames: ['stage', 'component', 'reason'] as const,
      registers,
    });
    this.candidates = new Counter({
      name: 'ranker_candidates_total',
      help: 'Candidates that a source proposed.',
      labelNames: ['source'] as const,
      registers,
    });
    this.dropped = new Counter({
      name: 'ranker_candidates_dropped_total',
      help: 'Candidates that a filter dropped.',
      labelNames: ['filter'] as const,
      registers,
    });
    this.degraded = new Counter({
      name: 'ranker_degraded_total',
      help: 'Answers that lack something, by what they lack.',
      labelNames: ['surface', 'missing'] as const,
      registers,
    });
    this.refused = new Counter({
      name: 'ranker_refused_total',
      help: 'Requests that were refused, by code.',
      labelNames: ['code'] as const,
      registers,
    });
    this.items = new Histogram({
      name: 'ranker_answer_items',
      help: 'Items in an answer.',
      labelNames: ['surface'] as const,
      buckets: [0, 1, 5, 10, 20, 50, 100, 200],
      registers,
    });
    this.scores = new Histogram({
      name: 'ranker_top_score',
      help: 'Score of the first item of an answer; a drift of its distribution is a drift of the model or of its inputs.',
      labelNames: ['surface'] as const,
      buckets: [-4, -2, -1, -0.5, 0, 0.1, 0.25, 0.5, 1, 2, 4, 8],
      registers,
    });
    this.folded = new Counter({
      name: 'ranker_records_folded_total',
      help: 'Records of the log by how they ended.',
      labelNames: ['topic', 'outcome'] as const,
      registers,
    });
    this.effective = new Histogram({
      name: 'ranker_event_effective_seconds',
      help: 'Time from an interaction being recorded until it counts in rankings here; not for what a start catches up with.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
      registers,
    });
    this.heartbeatSeconds = new Histogram({
      name: 'ranker_heartbeat_duration_seconds',
      help: "Time from a gateway's making of a heartbeat until this replica has folded it, by the clocks of both; not for what a start catches up with.",
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
      registers,
    });
    this.heartbeatTime = new Gauge({
      name: 'ranker_heartbeat_folded_timestamp_seconds',
      help: 'When this replica last folded a heartbeat, as Unix time; 0 before the first.',
      registers,
    });
    this.shownItems = new Counter({ name: 'ranker_shown_items_total', help: 'Papers in answers for known readers.', registers });
    this.repeatedItems = new Counter({
      name: 'ranker_repeated_items_total',
      help: 'Papers in answers that were in an earlier answer of this replica for the same reader within the hour.',
      registers,
    });
    this.deadLetters = new Counter({
      name: 'ranker_dead_letters_total',
      help: 'Records that made the fold throw and were parked.',
      labelNames: ['code'] as const,
      registers,
    });
    this.encodeFailures = new Counter({
      name: 'ranker_encode_failures_total',
      help: 'Papers that were folded without a content vector.',
      registers,
    });
    this.subscribeFailures = new Counter({
      name: 'ranker_subscribe_failures_total',
      help: 'Attempts to follow the log that failed; tried again with backoff.',
      registers,
    });
    this.batchRetries = new Counter({
      name: 'ranker_batch_retries_total',
      help: 'Batches of the log that come again because something was away, by cause.',
      labelNames: ['topic', 'code'] as const,
      registers,
    });
    this.snapshotSeconds = new Histogram({
      name: 'ranker_snapshot_duration_seconds',
      help: 'Time to take, pack and store one snapshot.',
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
    this.snapshotPause = new Histogram({
      name: 'ranker_snapshot_pause_seconds',
      help: 'Time that folding was held while a snapshot was taken in slices; requests went on.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.snapshotFailures = new Counter({ name: 'ranker_snapshot_failures_total', help: 'Snapshots that could not be stored.', registers });
    this.snapshotBytes = new Gauge({ name: 'ranker_snapshot_bytes', help: 'Stored size of the last snapshot of this replica.', registers });
    this.snapshotTime = new Gauge({
      name: 'ranker_snapshot_timestamp_seconds',
      help: 'When the newest snapshot that this replica wrote or restored was taken, as Unix time.',
      registers,
    });
    this.restores = new Counter({
      name: 'ranker_restores_total',
      help: 'Starts by where the state came from, and snapshots passed over by what was wrong with them.',
      labelNames: ['outcome'] as const,
      registers,
    });
    this.modelInfo = new Gauge({
      name: 'ranker_model_info',
      help: '1 for each model that serves.',
      labelNames: ['model', 'version', 'arm'] as const,
      registers,
    });
    this.modelFailures = new Counter({
      name: 'ranker_model_load_failures_total',
      help: 'Looks at which a model version was named that is not fit to serve.',
      labelNames: ['model'] as const,
      registers,
    });
    // From the start: an increase from nothing to 1 is no increase to Prometheus, and the first failure would be missed.
    for (const model of [...scorerNames, ENCODER]) this.modelFailures.inc({ model }, 0);
    this.registryFailures = new Counter({
      name: 'ranker_model_registry_failures_total',
      help: 'Looks at the model registry that failed; the models that serve go on.',
      registers,
    });
    this.shadowDifference = new Histogram({
      name: 'ranker_shadow_score_difference',
      help: 'Distance between the shadow model and the live one, first head, row by row.',
      buckets: [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4],
      registers,
    });
    this.shadowFailures = new Counter({ name: 'ranker_shadow_failures_total', help: 'Runs of a shadow model that failed.', registers });
    this.servedWritten = new Counter({ name: 'ranker_served_written_total', help: 'Answers recorded in feed.served.v1.', registers });
    this.servedDropped = new Counter({
      name: 'ranker_served_dropped_total',
      help: 'Answers that could not be recorded.',
      labelNames: ['reason'] as const,
      registers,
    });
    this.servedFailures = new Counter({
      name: 'ranker_served_append_failures_total',
      help: 'Batches of answers that the log did not take at once.',
      registers,
    });
  }

  /** For the event log: what happens inside it. */
  get logObserver(): EventLogObserver {
    return { handlerRetried: ({ topic, code }) => this.batchRetries.inc({ topic, code }) };
  }

  /** A gauge whose value is asked for when it is scraped. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** A gauge for each value of one label, read when it is scraped. */
  gaugeBy(label: 'model' | 'topic', name: string, help: string, read: () => Iterable<readonly [string, number]>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        for (const [of, value] of read()) this.set({ [label]: of }, value);
      },
    });
  }

  /** A gauge a `topic/partition`. */
  partitionGauge(name: string, help: string, read: () => Iterable<readonly [string, number]>): void {
    new Gauge({
      name,
      help,
      labelNames: ['topic', 'partition'] as const,
      registers: [this.registry],
      collect() {
        for (const [key, value] of read()) {
          const slash = key.lastIndexOf('/');
          this.set({ topic: key.slice(0, slash), partition: key.slice(slash + 1) }, value);
        }
      },
    });
  }
}
