import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type PaperId, paperIdSchema, renderValue } from '#contracts';
import { Catalogue } from '../catalogue/catalogue.js';
import { ProblemFailure, routeUnknown } from '../errors/problem.failure.js';
import { type ReadyAnswers } from '../feeds/ready-answers.js';
import { HubLists, type HubPage } from '../hub/hub-lists.js';
import { markdownOf } from '../hub/markdown.js';
import { linkTo, sendTagged, SHARED_CACHE } from './exchange.js';
import { dailyPapersParameters, hubSearchParameters, parametersOf } from './parameters.js';
import { rawPathOf, tailOf } from './raw-path.js';

/** A body of the Hub's API as it is sent. */
export interface ReadyBody {
  readonly body: Buffer;
  readonly etag: string;
  readonly more: boolean;
}
/** Injection token: bodies that all callers share. */
export const HUB_ANSWERS = Symbol('ReadyAnswers<ReadyBody>');

/** The read API of Hugging Face papers. Credentials are not looked at: a client's Hub token means nothing here and must do no harm. */
@Controller()
export class HubController {
  constructor(
    @Inject(HubLists) private readonly lists: HubLists,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(HUB_ANSWERS) private readonly answers: ReadyAnswers<ReadyBody>,
  ) {}

  @Get('api/daily_papers')
  async daily(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { date, week, month, ...query } = parametersOf(dailyPapersParameters, request.query);
    const days = [date, week, month]
      .filter((list) => list !== undefined)
      .reduce<readonly string[] | undefined>((kept, list) => kept?.filter((day) => list.includes(day)) ?? list, undefined);
    const period = date !== undefined ? 'day' : week !== undefined ? 'week' : month !== undefined ? 'month' : 'day';
    const ready = await this.shared(['daily', query, days, period], () => this.lists.daily({ ...query, days, period }));
    if (ready.more) reply.header('Link', linkTo(request, { p: String(query.p + 1) }));
    await sendTagged(request, reply.header('Cache-Control', SHARED_CACHE), ready);
  }

  @Get('api/papers/search')
  async search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { q, limit } = parametersOf(hubSearchParameters, request.query);
    const ready = await this.shared(['search', q, limit], () => this.lists.search(q, limit));
    await sendTagged(request, reply.header('Cache-Control', SHARED_CACHE), ready);
  }

  @Get('api/papers/*')
  async paper(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const id = this.known(tailOf(request.url, '/api/papers/'));
    const paper = await this.lists.paper(id);
    if (paper === undefined) throw unknown(id);
    await sendTagged(request, reply.header('Cache-Control', SHARED_CACHE), readyBody(paper, false));
  }

  @Get('papers/*')
  async markdown(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const name = tailOf(request.url, '/papers/');
    if (!name.endsWith('.md')) throw routeUnknown('pages of papers are served as /papers/{id}.md', rawPathOf(request.url));
    const id = this.known(name.slice(0, -3));
    const paper = this.catalogue.find(id);
    if (paper === undefined) throw unknown(id);
    await reply.header('Content-Type', 'text/markdown; charset=utf-8').header('Cache-Control', SHARED_CACHE).send(markdownOf(paper));
  }

  private async shared(key: readonly unknown[], compute: () => Promise<HubPage>): Promise<ReadyBody> {
    const { value } = await this.answers.get(JSON.stringify(key), async () => {
      const { rows, more } = await compute();
      return readyBody(rows, more);
    });
    return value;
  }

  /** Here an id that can not exist is one that does not: clients of the Hub look for 404. */
  private known(text: string): PaperId {
    const parsed = paperIdSchema.safeParse(text);
    const id = parsed.success ? this.catalogue.canonical(parsed.data) : undefined;
    if (id === undefined) throw unknown(text);
    return id;
  }
}

const unknown = (id: string): ProblemFailure =>
  new ProblemFailure('PAPER_UNKNOWN', 'Paper not found', {
    errors: [{ field: 'id', rule: 'must be the id of a paper that we have', value: renderValue(id) }],
  });

const readyBody = (content: object, more: boolean): ReadyBody => {
  const body = Buffer.from(JSON.stringify(content));
  return { body, etag: `"${createHash('sha1').update(body).digest('base64url')}"`, more };
};
