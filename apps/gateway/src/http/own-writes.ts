import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReaderRef } from '#contracts';
import { POSITION_HEADER, type PositionHeader } from '../cursors/position-header.js';
import type { ReadYourWrites } from '../interactions/read-your-writes.js';

/** Carries a reader's own last writes from gateway to gateway, by the client that echoes them. */
export class OwnWrites {
  constructor(
    private readonly writes: ReadYourWrites,
    private readonly positions: PositionHeader,
  ) {}

  /** To be called before anything is written: a header that is not ours refuses the request while nothing is stored. */
  hear(request: FastifyRequest, reader: ReaderRef): void {
    const header = request.headers[POSITION_HEADER];
    if (typeof header === 'string') this.writes.heard(reader, this.positions.decode(header).hides);
  }

  tell(reply: FastifyReply, reader: ReaderRef): void {
    const position = this.positions.encode(this.writes.echo(reader));
    if (position !== undefined) reply.header('Broadsheet-Position', position);
  }
}
