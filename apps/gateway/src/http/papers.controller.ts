import { createHash } from 'node:crypto';
import { Controller, Delete, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PaperId } from '#contracts';
import { Catalogue } from '../catalogue/catalogue.js';
import { paperPath } from '../catalogue/card.js';
import { ProblemFailure } from '../errors/problem.failure.js';
import { feedDefaults } from '../feeds/feed-query.js';
import { LiveCounts } from '../feeds/live-counts.js';
import { requireClient } from '../identity/identify.js';
import { Publisher } from '../interactions/publisher.js';
import { batchStatus, soleResult, summaryOf } from '../interactions/results.js';
import { isProblemCode } from '../errors/is-problem-code.js';
import { recordsOf } from './bodies.js';
import { PRIVATE_CACHE, sendJson, sendTagged, SHARED_CACHE } from './exchange.js';
import { FeedResponder } from './feeds.controller.js';
import { parametersOf, searchParameters, similarParameters } from './parameters.js';
import { paperPathOf } from './raw-path.js';
import { StateWriter } from './state-writer.js';

const PREFIX = '/v1/papers/';
const stateNames = ['upvote', 'save', 'hide'] as const;

@Controller('v1/papers')
export class PapersController {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LiveCounts) private readonly counts: LiveCounts,
    @Inject(FeedResponder) private readonly feeds: FeedResponder,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(StateWriter) private readonly states: StateWriter,
  ) {}

  @Get()
  async search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const parameters = parametersOf(searchParameters, request.query);
    const surface = parameters.query === undefined ? 'latest' : 'search';
    await this.feeds.respond(request, reply, { ...feedDefaults, period: 'all', surface, ...parameters });
  }

  @Get('*')
  async paperOrSimilar(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { id, action } = paperPathOf(request.url, PREFIX, ['similar'] as const);
    const known = this.known(id);
    if (action === 'similar') {
      await this.feeds.respond(request, reply, {
        ...feedDefaults,
        period: 'all',
        surface: 'similar',
        paperId: known,
        ...parametersOf(similarParameters, request.query),
      });
      return;
    }
    await this.paper(request, reply, id, known);
  }

  @Post()
  async publish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const key = requireClient(request.principal, 'publish');
    const { records, single } = recordsOf(request.body, 'papers');
    const results = await this.publisher.publish(records, key);
    reply.header('Cache-Control', PRIVATE_CACHE);
    if (single) {
      const result = soleResult(results, isProblemCode);
      await sendJson(reply.header('Location', paperPath(result.id)), result.status === 'accepted' ? 201 : 200, {
        id: result.id,
        status: result.status,
      });
      return;
    }
    const summary = summaryOf(results);
    await sendJson(reply, batchStatus(summary), summary);
  }

  @Put('*')
  async set(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { id, action } = paperPathOf(request.url, PREFIX, stateNames);
    if (action === undefined)
      throw new ProblemFailure('METHOD_NOT_ALLOWED', 'PUT takes /upvote, /save or /hide behind the id', {
        errors: [{ field: 'method', rule: 'must be GET or DELETE, or the path end in /upvote, /save or /hide', value: 'PUT' }],
        headers: { Allow: 'GET, DELETE' },
      });
    await this.states.write(request, reply, { action, on: true, target: { kind: 'paper', id: this.known(id) } });
  }

  @Delete('*')
  async undoOrWithdraw(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { id, action } = paperPathOf(request.url, PREFIX, stateNames);
    if (action !== undefined) {
      await this.states.write(request, reply, { action, on: false, target: { kind: 'paper', id: this.known(id) } });
      return;
    }
    const result = soleResult([await this.publisher.withdraw(id, requireClient(request.principal, 'publish'))], isProblemCode);
    await sendJson(reply.header('Cache-Control', PRIVATE_CACHE), 200, { id: result.id, status: 'withdrawn' });
  }

  private async paper(request: FastifyRequest, reply: FastifyReply, requestedId: PaperId, id: PaperId): Promise<void> {
    const counts = (await this.counts.of([id])).get(id) ?? { upvotes: 0, comments: 0 };
    const body = Buffer.from(`${JSON.stringify({ id, requestedId, ...counts }).slice(0, -1)},"paper":${this.catalogue.cardJson(id)}}`);
    const etag = `"${createHash('sha1').update(body).digest('base64url')}"`;
    reply.header('Cache-Control', SHARED_CACHE).header('Content-Location', paperPath(id));
    await sendTagged(request, reply, { body, etag });
  }

  private known(id: PaperId): PaperId {
    const known = this.catalogue.canonical(id);
    if (known === undefined)
      throw new ProblemFailure('PAPER_UNKNOWN', `no paper has the id ${id}`, {
        errors: [{ field: 'id', rule: 'must be the id of a paper that we have', value: JSON.stringify(id) }],
      });
    return known;
  }
}
