import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import {
  type IntakeAnswer,
  type IntakeInteractions,
  intakeInteractionsSchema,
  intakePapersSchema,
  intakePatterns,
  type IntakeResult,
  intakeWithdrawSchema,
} from '#contracts';
import { freePort } from './free-port.js';
import type { MemoryLog } from './memory-log.js';
import { type PeerServer, servePeer } from './peer-server.js';

/** Stands in for an ingest process: answers by the contract, over a real socket, and remembers what it accepted. */
export class IngestDouble {
  readonly accepted: IntakeInteractions['events'] = [];
  readonly seen = new Set<string>();
  /** Next answer of each record when set. */
  refuse: { code: string; retryable: boolean } | undefined;
  /** What accepted events are told besides, when set. */
  remarks: Pick<Extract<IntakeResult, { status: 'accepted' }>, 'adjusted' | 'late'> = {};
  private offset = 0;
  private server: PeerServer | undefined;

  private constructor(
    readonly port: number,
    private readonly log: MemoryLog,
  ) {}

  static async start(log: MemoryLog): Promise<IngestDouble> {
    const double = new IngestDouble(await freePort(), log);
    await double.restart();
    return double;
  }

  async restart(): Promise<void> {
    this.server = await servePeer(IngestDoubleController, this, this.port);
  }

  async stop(): Promise<void> {
    await this.server?.close();
    this.server = undefined;
  }

  /** It took an event of this id before, and its answer never arrived. */
  knows(id: string): void {
    this.seen.add(id);
    this.offset += 1;
  }

  interactions(payload: unknown): IntakeAnswer {
    const { events } = intakeInteractionsSchema.parse(payload);
    return { results: events.map((event) => this.take(event)) };
  }

  async papers(payload: unknown): Promise<IntakeAnswer> {
    const { papers } = intakePapersSchema.parse(payload);
    const positions = await this.log.papers(...papers);
    return {
      results: papers.map(({ id }, index) => ({
        status: 'accepted',
        id,
        topic: 'papers.v1',
        partition: 0,
        offset: String(positions[index]?.offset),
      })),
    };
  }

  async withdraw(payload: unknown): Promise<IntakeAnswer> {
    const { paperId } = intakeWithdrawSchema.parse(payload);
    const [position] = await this.log.append('papers.v1', [{ key: paperId, value: null }]);
    return { results: [{ status: 'accepted', id: paperId, topic: 'papers.v1', partition: 0, offset: String(position?.offset) }] };
  }

  private take(event: IntakeInteractions['events'][number]): IntakeResult {
    const { id } = event.input;
    if (this.refuse !== undefined) return { status: 'refused', id, field: '', rule: 'was told to refuse', ...this.refuse };
    if (this.seen.has(id))
      return { status: 'duplicate', id, upTo: { topic: 'interactions.v1', partition: 3, offset: String(this.offset - 1) } };
    this.seen.add(id);
    this.accepted.push(event);
    return { status: 'accepted', id, topic: 'interactions.v1', partition: 3, offset: String(this.offset++), ...this.remarks };
  }
}

@Controller()
class IngestDoubleController {
  constructor(@Inject('DOUBLE') private readonly double: IngestDouble) {}

  @MessagePattern(intakePatterns.interactions)
  interactions(@Payload() payload: unknown): IntakeAnswer {
    return this.double.interactions(payload);
  }

  @MessagePattern(intakePatterns.papers)
  papers(@Payload() payload: unknown): Promise<IntakeAnswer> {
    return this.double.papers(payload);
  }

  @MessagePattern(intakePatterns.withdraw)
  withdraw(@Payload() payload: unknown): Promise<IntakeAnswer> {
    return this.double.withdraw(payload);
  }

  @MessagePattern(intakePatterns.health)
  health() {
    return { ready: true };
  }
}
