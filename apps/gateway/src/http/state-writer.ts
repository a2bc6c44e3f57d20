import type { FastifyReply, FastifyRequest } from 'fastify';
import { eventIdSchema, type InteractionInput } from '#contracts';
import { isProblemCode } from '../errors/is-problem-code.js';
import { requireReader } from '../identity/identify.js';
import { type InteractionRecorder } from '../interactions/recorder.js';
import { soleResult } from '../interactions/results.js';
import { type Admission } from '../limits/admission.js';
import { bodyOf, stateContextSchema } from './bodies.js';
import { PRIVATE_CACHE, sendJson } from './exchange.js';
import { type OwnWrites } from './own-writes.js';

export type StateChange = Pick<InteractionInput, 'action' | 'target' | 'on'>;

/** PUT and DELETE of a state: one event of the reader of the token. `Idempotency-Key` or the body's `id` makes a retry safe. */
export class StateWriter {
  constructor(
    private readonly recorder: InteractionRecorder,
    private readonly ownWrites: OwnWrites,
    private readonly admission: Admission,
  ) {}

  async write(request: FastifyRequest, reply: FastifyReply, change: StateChange): Promise<void> {
    const reader = requireReader(request.principal);
    const context = bodyOf(stateContextSchema, request.body ?? {});
    const key = request.headers['idempotency-key'];
    const id = context.id ?? (typeof key === 'string' ? bodyOf(eventIdSchema, key, 'Idempotency-Key') : undefined);
    this.ownWrites.hear(request, reader);
    reply.headers(this.admission.events(request.principal, 1));
    const results = await this.recorder.record([{ ...context, ...change, ...(id === undefined ? {} : { id }) }], { reader }, true);
    const { index: _, ...result } = soleResult(results, isProblemCode);
    this.ownWrites.tell(reply, reader);
    await sendJson(reply.header('Cache-Control', PRIVATE_CACHE), 200, { ...result, ...change });
  }
}
