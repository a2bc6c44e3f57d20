import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PositionHeader } from '../cursors/position-header.js';
import { isProblemCode } from '../errors/is-problem-code.js';
import { InteractionRecorder } from '../interactions/recorder.js';
import { ReadYourWrites } from '../interactions/read-your-writes.js';
import { batchStatus, soleResult, summaryOf } from '../interactions/results.js';
import { Admission } from '../limits/admission.js';
import { recordsOf, refuseLargeRecord } from './bodies.js';
import { PRIVATE_CACHE, sendJson } from './exchange.js';

@Controller('v1/interactions')
export class InteractionsController {
  constructor(
    @Inject(InteractionRecorder) private readonly recorder: InteractionRecorder,
    @Inject(ReadYourWrites) private readonly writes: ReadYourWrites,
    @Inject(PositionHeader) private readonly positions: PositionHeader,
    @Inject(Admission) private readonly admission: Admission,
  ) {}

  @Post()
  async record(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { records, single } = recordsOf(request.body, 'events');
    refuseLargeRecord(single, request.headers['content-length']);
    reply.headers(this.admission.events(request.principal, records.length));
    const results = await this.recorder.record(records, request.principal, single);
    const { reader } = request.principal;
    const position = reader === undefined ? undefined : this.positions.encode(this.writes.of(reader).after);
    if (position !== undefined) reply.header('Broadsheet-Position', position);
    reply.header('Cache-Control', PRIVATE_CACHE);
    if (single) {
      const { index: _, ...result } = soleResult(results, isProblemCode);
      await sendJson(reply, 200, result);
      return;
    }
    const summary = summaryOf(results);
    await sendJson(reply, batchStatus(summary), summary);
  }
}
