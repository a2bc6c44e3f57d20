import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type PositionHeader, POSITION_HEADER } from '../cursors/position-header.js';
import { feedDefaults, type FeedQuery, type FeedReader } from '../feeds/feed-query.js';
import { type Feeds } from '../feeds/feeds.js';
import { requireReader } from '../identity/identify.js';
import { linkTo, PRIVATE_CACHE, sendJson, sendTagged, SHARED_CACHE } from './exchange.js';
import { forYouParameters, latestParameters, parametersOf, trendingParameters } from './parameters.js';

/** Answers a page of a feed with its headers; shared by every controller that has one. */
export class FeedResponder {
  constructor(
    private readonly feeds: Feeds,
    private readonly positions: PositionHeader,
  ) {}

  async respond(request: FastifyRequest, reply: FastifyReply, query: FeedQuery): Promise<void> {
    const answer = await this.feeds.answer(query, this.readerOf(request));
    const { body, etag } = answer;
    reply.header('Cache-Control', etag === undefined ? PRIVATE_CACHE : SHARED_CACHE).header('Vary', 'Authorization');
    if (answer.page.nextCursor !== undefined) reply.header('Link', linkTo(request, { cursor: answer.page.nextCursor }));
    await (etag === undefined ? sendJson(reply, 200, body) : sendTagged(request, reply, { body, etag }));
  }

  private readerOf(request: FastifyRequest): FeedReader | undefined {
    const { reader } = request.principal;
    if (reader === undefined) return undefined;
    const header = request.headers[POSITION_HEADER];
    return { ref: reader, ...(typeof header === 'string' ? this.positions.decode(header) : { after: {}, hides: [] }) };
  }
}

@Controller('v1/feeds')
export class FeedsController {
  constructor(@Inject(FeedResponder) private readonly responder: FeedResponder) {}

  @Get('trending')
  async trending(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.responder.respond(request, reply, { surface: 'trending', ...parametersOf(trendingParameters, request.query) });
  }

  @Get('latest')
  async latest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.responder.respond(request, reply, {
      ...feedDefaults,
      period: 'all',
      surface: 'latest',
      ...parametersOf(latestParameters, request.query),
    });
  }

  @Get('for-you')
  async forYou(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    requireReader(request.principal);
    await this.responder.respond(request, reply, { surface: 'for-you', ...parametersOf(forYouParameters, request.query) });
  }
}
