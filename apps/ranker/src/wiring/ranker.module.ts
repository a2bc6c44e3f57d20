import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { topics } from '#contracts';
import { EventLog } from '#event-log';
import { OnnxPaperEncoder } from '#model';
import { RankingState } from '#ranking';
import { Tracing } from '#telemetry';
import { LagMeter } from '../consume/lag.js';
import { LogFollower } from '../consume/log-follower.js';
import { FoldProgress } from '../consume/progress.js';
import { RankerPhase } from '../lifecycle/phase.js';
import { Ranker } from '../lifecycle/ranker.js';
import { ModelSupply } from '../models/model-supply.js';
import { ReplicaReporter } from '../models/replica-reporter.js';
import { Admission } from '../rank/admission.js';
import { RankSlate } from '../rank/rank-slate.js';
import { RankController } from '../rpc/rank.controller.js';
import { RankerHealth } from '../rpc/ranker-health.js';
import { ServedLog, servedLogDefaults } from '../served/served-log.js';
import { servedRecord } from '../served/served-record.js';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper.js';
import { RankWatch } from '../watching/rank-watch.js';
import { ServedWatch } from '../watching/served-watch.js';
import { ModelsModule, PipelineShelf } from './models.module.js';
import { StateModule, versionOf } from './state.module.js';
import { monotonicClock, wallClock, type Tools } from './tools.js';

const rankSlate = (
  tools: Tools,
  shelf: PipelineShelf,
  admission: Admission,
  progress: FoldProgress,
  phase: RankerPhase,
  served: ServedLog,
): RankSlate => {
  const { config, logger, metrics, sparse, tracing } = tools;
  const source = `urn:broadsheet:ranker:${config.REPLICA_ID}`;
  return new RankSlate({
    pipelines: shelf,
    admission,
    progress,
    phase: phase.current,
    now: wallClock,
    monotonic: monotonicClock,
    waitShare: config.RANK_WAIT_SHARE,
    observer: new RankWatch(metrics, logger, sparse, wallClock, tracing),
    served: (data, at) => {
      const traceparent = tracing.active()?.traceparent;
      served.offer(() => servedRecord(data, at, source, traceparent));
    },
  });
};

/** All that Nest knows of the ranker. `adapters` provides every port; a test passes its own. */
@Module({})
export class RankerModule {
  static with(tools: Tools, adapters: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    const { config, logger, metrics, sparse, tracing } = tools;
    return {
      module: RankerModule,
      imports: [...adapters, StateModule.with(tools), ModelsModule.with(tools)],
      controllers: [RankController],
      providers: [
        { provide: Tracing, useValue: tracing },
        {
          provide: ServedLog,
          useFactory: (log: EventLog) =>
            new ServedLog((records) => log.append(topics.feedServed.name, records), new ServedWatch(metrics, logger, sparse), {
              ...servedLogDefaults,
              capacity: config.SERVED_BUFFER,
            }),
          inject: [EventLog],
        },
        {
          provide: RankSlate,
          useFactory: (shelf: PipelineShelf, admission: Admission, progress: FoldProgress, phase: RankerPhase, served: ServedLog) =>
            rankSlate(tools, shelf, admission, progress, phase, served),
          inject: [PipelineShelf, Admission, FoldProgress, RankerPhase, ServedLog],
        },
        {
          provide: RankerHealth,
          useFactory: (phase: RankerPhase, lag: LagMeter, admission: Admission, shelf: PipelineShelf, encoder: OnnxPaperEncoder) =>
            new RankerHealth({
              replica: config.REPLICA_ID,
              phase,
              lag,
              admission,
              models: () => ({ ...shelf.versions, encoder: encoder.version }),
              now: wallClock,
            }),
          inject: [RankerPhase, LagMeter, Admission, PipelineShelf, OnnxPaperEncoder],
        },
        {
          provide: Ranker,
          useFactory: (
            state: RankingState,
            phase: RankerPhase,
            admission: Admission,
            follower: LogFollower,
            served: ServedLog,
            snapshots: SnapshotKeeper,
            supply: ModelSupply,
            shelf: PipelineShelf,
            encoder: OnnxPaperEncoder,
            reporter: ReplicaReporter,
          ) => {
            const restoredVersion = Object.keys(state.positions).length === 0 ? undefined : versionOf(state);
            return new Ranker({ phase, admission, follower, served, snapshots, supply, shelf, encoder, reporter, restoredVersion });
          },
          inject: [
            RankingState,
            RankerPhase,
            Admission,
            LogFollower,
            ServedLog,
            SnapshotKeeper,
            ModelSupply,
            PipelineShelf,
            OnnxPaperEncoder,
            ReplicaReporter,
          ],
        },
      ],
    };
  }
}
