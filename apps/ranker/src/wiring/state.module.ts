import { Global, Module, type DynamicModule } from '@nestjs/common';
import { allTopics, foldedTopics } from '#contracts';
import { EventLog } from '#event-log';
import { OnnxPaperEncoder } from '#model';
import { defaultStateConfig, RankingState, type StateConfig } from '#ranking';
import { FoldBarrier } from '../agreement/fold-barrier.js';
import { prepareHash, StatePages } from '../agreement/state-pages.js';
import { beyondTheEnd, boundsOf, CatchUp, ForeignLogFailure } from '../consume/catch-up.js';
import { FoldTurns } from '../consume/fold-turns.js';
import { LagMeter } from '../consume/lag.js';
import { DeadLetters, LogFold } from '../consume/log-fold.js';
import { LogFollower } from '../consume/log-follower.js';
import { FoldProgress } from '../consume/progress.js';
import { RankerPhase } from '../lifecycle/phase.js';
import { Admission } from '../rank/admission.js';
import { restoreState } from '../snapshots/restore.js';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper.js';
import { SnapshotStore, type Snapshot } from '../snapshots/snapshot-store.js';
import { takeSnapshot } from '../snapshots/take-snapshot.js';
import { FoldWatch } from '../watching/fold-watch.js';
import { SnapshotWatch } from '../watching/snapshot-watch.js';
import { monotonicClock, wallClock, type Tools } from './tools.js';

/** Sizes of the state; content vectors are those of this process's encoder. */
const stateConfigOf = ({ dimensions, name, version }: OnnxPaperEncoder): StateConfig => ({
  ...defaultStateConfig,
  dimensions,
  encoderVersion: `${name}@${version}`,
});

/** True as well when the log cannot be asked now: it is asked again before the first record is folded. */
const isOfThisLog = async (log: EventLog, { positions }: Snapshot): Promise<boolean> => {
  const bounds = await boundsOf(log, foldedTopics).catch(() => null);
  return bounds === null || beyondTheEnd(positions, bounds.end).length === 0;
};

const restored = async (
  { config, logger, metrics }: Tools,
  log: EventLog,
  store: SnapshotStore,
  encoder: OnnxPaperEncoder,
): Promise<RankingState> => {
  const watch = new SnapshotWatch(metrics, logger);
  const stateConfig = stateConfigOf(encoder);
  const found = await restoreState({
    store,
    patienceMs: config.RESTORE_WAIT_S * 1000,
    decode: ({ bytes }) => RankingState.deserialize(bytes, stateConfig),
    isOfThisLog: (snapshot) => isOfThisLog(log, snapshot),
    passedOver: (problem, snapshot, error) => watch.passedOver(problem, snapshot, error),
  });
  watch.restored(found?.snapshot ?? null);
  return found?.state ?? RankingState.empty(stateConfig);
};

/** What changes whenever anything has been folded. */
export const versionOf = ({ positions }: Pick<RankingState, 'positions'>): string => JSON.stringify(positions);

/** Event ids may be forgotten up to this long before the newest record, and only while nothing waits to be folded. */
const FORGET_MARGIN_MS = 3_600_000;

/** Drops ids that no acceptable event can have any more, if all partitions have been read: a snapshot is a good time. */
const forget = (state: RankingState, lag: LagMeter): void => {
  if (lag.now(wallClock()).records === 0n) state.forgetBefore(state.stats.watermark - FORGET_MARGIN_MS);
};

const follower = (tools: Tools, log: EventLog, state: RankingState, fold: LogFold, lag: LagMeter, catchUp: CatchUp): LogFollower => {
  const { config, logger, metrics, sparse, fatal } = tools;
  return new LogFollower({
    log,
    topics: foldedTopics,
    group: `broadsheet-ranker-${config.REPLICA_ID}`,
    positions: () => state.positions,
    prepare: async () => {
      await log.ensureTopics(allTopics);
      const bounds = await boundsOf(log, foldedTopics);
      const beyond = beyondTheEnd(state.positions, bounds.end);
      if (beyond.length > 0) throw new ForeignLogFailure(beyond);
      catchUp.aim(bounds);
    },
    handle: (batch) => fold.handle(batch),
    following: (subscription) => lag.follow(subscription),
    failed: (error) => {
      metrics.subscribeFailures.inc();
      sparse.say('subscribe', (leftOut) => logger.warn({ err: error, leftOut }, 'the log cannot be followed yet; trying again'));
    },
    fatal,
    backoffMs: { first: 200, most: 5000 },
  });
};

/** The state, how it follows the log, and how it is kept. */
@Global()
@Module({})
export class StateModule {
  static with(tools: Tools): DynamicModule {
    const { config, logger, metrics, sparse, tracing } = tools;
    return {
      module: StateModule,
      providers: [
        { provide: Admission, useFactory: () => new Admission({ concurrency: config.RANK_CONCURRENCY, held: config.RANK_HELD }) },
        {
          provide: RankingState,
          useFactory: (log: EventLog, store: SnapshotStore, encoder: OnnxPaperEncoder) => restored(tools, log, store, encoder),
          inject: [EventLog, SnapshotStore, OnnxPaperEncoder],
        },
        {
          provide: FoldProgress,
          useFactory: ({ positions }: RankingState) => new FoldProgress(positions, foldedTopics),
          inject: [RankingState],
        },
        { provide: LagMeter, useFactory: (state: RankingState) => new LagMeter(() => state.positions), inject: [RankingState] },
        {
          provide: CatchUp,
          useFactory: (progress: FoldProgress, lag: LagMeter) => new CatchUp(progress, lag, monotonicClock),
          inject: [FoldProgress, LagMeter],
        },
        {
          provide: RankerPhase,
          useFactory: (catchUp: CatchUp, lag: LagMeter) => {
            const limits = { lagRecords: BigInt(config.READY_LAG_RECORDS), lagSeconds: config.READY_LAG_S };
            return new RankerPhase(catchUp, lag, limits, wallClock);
          },
          inject: [CatchUp, LagMeter],
        },
        {
          provide: FoldTurns,
          useFactory: (admission: Admission) =>
            new FoldTurns(config.FOLD_SLICE_MS, monotonicClock, { busy: () => admission.working > 0, patienceMs: config.FOLD_PATIENCE_MS }),
          inject: [Admission],
        },
        { provide: FoldBarrier, useFactory: (progress: FoldProgress) => new FoldBarrier(progress), inject: [FoldProgress] },
        {
          provide: StatePages,
          useFactory: (phase: RankerPhase, state: RankingState, barrier: FoldBarrier, turns: FoldTurns) =>
            new StatePages(config.REPLICA_ID, phase.current, state, barrier, turns),
          inject: [RankerPhase, RankingState, FoldBarrier, FoldTurns],
        },
        {
          provide: LogFold,
          useFactory: (
            state: RankingState,
            encoder: OnnxPaperEncoder,
            progress: FoldProgress,
            deadLetters: DeadLetters,
            turns: FoldTurns,
            barrier: FoldBarrier,
            phase: RankerPhase,
          ) => {
            return new LogFold({
              state,
              encoder,
              progress,
              turns,
              barrier,
              deadLetters,
              observer: new FoldWatch(metrics, logger, sparse, wallClock, phase.serving, tracing),
            });
          },
          inject: [RankingState, OnnxPaperEncoder, FoldProgress, DeadLetters, FoldTurns, FoldBarrier, RankerPhase],
        },
        {
          provide: LogFollower,
          useFactory: (log: EventLog, state: RankingState, fold: LogFold, lag: LagMeter, catchUp: CatchUp) =>
            follower(tools, log, state, fold, lag, catchUp),
          inject: [EventLog, RankingState, LogFold, LagMeter, CatchUp],
        },
        {
          provide: SnapshotKeeper,
          useFactory: (state: RankingState, store: SnapshotStore, lag: LagMeter, turns: FoldTurns, barrier: FoldBarrier) =>
            new SnapshotKeeper({
              prepare: async () => {
                forget(state, lag);
                await prepareHash(state, turns);
              },
              take: () => takeSnapshot({ state, barrier, turns, now: wallClock, monotonic: monotonicClock }),
              version: () => versionOf(state),
              store,
              intervalMs: config.SNAPSHOT_INTERVAL_S * 1000,
              now: wallClock,
              observer: new SnapshotWatch(metrics, logger),
            }),
          inject: [RankingState, SnapshotStore, LagMeter, FoldTurns, FoldBarrier],
        },
      ],
      exports: [
        Admission,
        RankingState,
        FoldBarrier,
        StatePages,
        FoldProgress,
        LagMeter,
        CatchUp,
        RankerPhase,
        LogFollower,
        SnapshotKeeper,
      ],
    };
  }
}
