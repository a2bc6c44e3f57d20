import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { rankPatterns, type RankAnswer, type RankHealth, type RankRefusal } from '#contracts';
import { serveCall, Tracing } from '#telemetry';
import { RankSlate } from '../rank/rank-slate.js';
import { RankerHealth } from './ranker-health.js';

/** The ranker as the gateway sees it, over Nest TCP. Refusals are answers, not errors: Nest would hide their code. */
@Controller()
export class RankController {
  constructor(
    @Inject(RankSlate) private readonly slates: RankSlate,
    @Inject(RankerHealth) private readonly health: RankerHealth,
    @Inject(Tracing) private readonly tracing: Tracing,
  ) {}

  @MessagePattern(rankPatterns.rank)
  rank(@Payload() payload: unknown): Promise<RankAnswer | RankRefusal> {
    return serveCall(this.tracing, rankPatterns.rank, payload, () => this.slates.answer(payload));
  }

  @MessagePattern(rankPatterns.health)
  healthNow(): RankHealth {
    return this.health.now();
  }
}
