import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Failure, type IntakeAnswer, intakePatterns, type RankRefusal } from '#contracts';
import { observeTraced, serveCall, Tracing } from '#telemetry';
import { Clock } from '../clock.js';
import { IngestMetrics } from '../ingest.metrics.js';
import { AcceptInteractions } from '../intake/accept-interactions.js';
import { AcceptPapers } from '../intake/accept-papers.js';
import { IntakeHealth, type IntakeHealthAnswer } from './intake-health.js';

/** A message that cannot be answered record by record is refused as a whole, in the form that the ranker uses too. */
type Answer = IntakeAnswer | RankRefusal;

/** The intake as the gateway sees it, over Nest TCP. Refusals are answers, not errors: Nest would hide their code. */
@Controller()
export class IntakeController {
  constructor(
    @Inject(AcceptInteractions) private readonly acceptInteractions: AcceptInteractions,
    @Inject(AcceptPapers) private readonly acceptPapers: AcceptPapers,
    @Inject(IntakeHealth) private readonly health: IntakeHealth,
    @Inject(IngestMetrics) private readonly metrics: IngestMetrics,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Tracing) private readonly tracing: Tracing,
  ) {}

  @MessagePattern(intakePatterns.interactions)
  interactions(@Payload() payload: unknown): Promise<Answer> {
    return this.answer(intakePatterns.interactions, payload, () => this.acceptInteractions.accept(payload));
  }

  @MessagePattern(intakePatterns.papers)
  papers(@Payload() payload: unknown): Promise<Answer> {
    return this.answer(intakePatterns.papers, payload, () => this.acceptPapers.accept(payload));
  }

  @MessagePattern(intakePatterns.withdraw)
  withdraw(@Payload() payload: unknown): Promise<Answer> {
    return this.answer(intakePatterns.withdraw, payload, () => this.acceptPapers.withdraw(payload));
  }

  @MessagePattern(intakePatterns.health)
  healthNow(): IntakeHealthAnswer {
    return this.health.now();
  }

  private answer(pattern: string, payload: unknown, work: () => Promise<IntakeAnswer>): Promise<Answer> {
    return serveCall(this.tracing, pattern, payload, () => this.measured(pattern, work));
  }

  private async measured(pattern: string, work: () => Promise<IntakeAnswer>): Promise<Answer> {
    const began = this.clock.monotonic();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { refused: { code: error.code, message: error.message, retryable: error.retryable } };
    } finally {
      observeTraced(this.metrics.intakeSeconds, { pattern }, (this.clock.monotonic() - began) / 1000, this.tracing.active());
    }
  }
}
