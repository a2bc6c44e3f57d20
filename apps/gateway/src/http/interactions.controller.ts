import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isProblemCode } from '../errors/is-problem-code.js';
import { InteractionRecorder } from '../interactions/recorder.js';
import { batchStatus, soleResult, summaryOf } from '../interactions/results.js';
import { Admission } from '../limits/admission.js';
import { recordsOf, refuseLargeRecord } from './bodies.js';
import { PRIVATE_CACHE, sendJson } from './exchange.js';
import { OwnWrites } from './own-writes.js';

@Controller('v1/interactions')
export class InteractionsController {
  constructor(
    @Inject(InteractionRecorder) private readonly recorder: InteractionRecorder,
    @Inject(OwnWrites) private readonly ownWrites: OwnWrites,
    @Inject(Admission) private readonly admission: Admission,
  ) {}

  @Post()
  async record(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { records, single } = recordsOf(request.body, 'events');
    refuseLargeRecord(single, request.headers['content-length']);
    const { reader } = request.principal;
    if (reader !== undefined) this.ownWrites.hear(request, reader);
    reply.headers(this.admission.events(request.principal, records.length));
    const results = await this.recorder.record(records, request.principal, single);
    if (reader !== undefined) this.ownWrites.tell(reply, reader);
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
