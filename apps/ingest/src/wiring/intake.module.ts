import { type DynamicModule, Module } from '@nestjs/common';
import { noTracing, Tracing } from '#telemetry';
import { Clock } from '../clock.js';
import { IngestMetrics } from '../ingest.metrics.js';
import { AcceptInteractions } from '../intake/accept-interactions.js';
import { AcceptPapers } from '../intake/accept-papers.js';
import { IdClaims } from '../intake/id-claims.js';
import type { LogWriter } from '../intake/log-writer.js';
import { RecentIds } from '../intake/recent-ids.js';
import { IntakeController } from '../rpc/intake.controller.js';
import { IntakeHealth } from '../rpc/intake-health.js';

export interface IntakeParts {
  readonly writer: LogWriter;
  readonly clock: Clock;
  readonly metrics: IngestMetrics;
  readonly health: IntakeHealth;
  /** How many event ids are remembered, and for how long at most. */
  readonly recentIds: number;
  readonly recentIdsMs: number;
  /** Off when it is left out. */
  readonly tracing?: Tracing;
}

/** IdClaims remembers of each event its id, and its id with what it said. */
const FACTS_AN_EVENT = 2;

/** All that Nest knows of intake. */
@Module({})
export class IntakeModule {
  static with({ writer, clock, metrics, health, recentIds, recentIdsMs, tracing = noTracing }: IntakeParts): DynamicModule {
    return {
      module: IntakeModule,
      controllers: [IntakeController],
      providers: [
        { provide: Clock, useValue: clock },
        { provide: Tracing, useValue: tracing },
        { provide: IngestMetrics, useValue: metrics },
        { provide: IntakeHealth, useValue: health },
        { provide: IdClaims, useFactory: () => new IdClaims(new RecentIds(recentIds * FACTS_AN_EVENT, recentIdsMs, clock)) },
        {
          provide: AcceptInteractions,
          useFactory: (claims: IdClaims) => new AcceptInteractions(writer, claims, clock, metrics),
          inject: [IdClaims],
        },
        { provide: AcceptPapers, useFactory: () => new AcceptPapers(writer, clock, metrics) },
      ],
    };
  }
}
