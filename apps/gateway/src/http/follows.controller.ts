import { Controller, Delete, Inject, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseWith, targetSchema, targetsOf } from '#contracts';
import { parameterProblem } from '../errors/problem.failure.js';
import { rawPathOf, tailOf } from './raw-path.js';
import { StateWriter } from './state-writer.js';

const PREFIX = '/v1/follows/';

@Controller('v1/follows')
export class FollowsController {
  constructor(@Inject(StateWriter) private readonly states: StateWriter) {}

  @Put(':kind/*')
  async follow(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.states.write(request, reply, { action: 'follow', on: true, target: followed(request.url) });
  }

  @Delete(':kind/*')
  async unfollow(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.states.write(request, reply, { action: 'follow', on: false, target: followed(request.url) });
  }
}

/** `/v1/follows/author/Ada%20Lovelace`: the id is all that follows the kind. @throws {ProblemFailure} PARAMETER_INVALID */
const followed = (url: string) => {
  const [kind = ''] = rawPathOf(url).slice(PREFIX.length).split('/', 1);
  if (!(targetsOf.follow as readonly string[]).includes(kind))
    throw parameterProblem([
      { field: 'kind', rule: `must be one of ${targetsOf.follow.join(', ')}`, value: JSON.stringify(kind.slice(0, 40)) },
    ]);
  const parsed = parseWith(targetSchema, { kind, id: tailOf(url, `${PREFIX}${kind}/`) });
  if (!parsed.ok) throw parameterProblem(parsed.problems);
  return parsed.value;
};
