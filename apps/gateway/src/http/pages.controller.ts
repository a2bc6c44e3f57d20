import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { routeUnknown } from '../errors/problem.failure.js';
import { type Asset, docsPage, errorsPage } from '../page/docs-page.js';
import { frontPage, type FrontPageFacts } from '../page/front-page.js';
import type { Page } from '../page/html.js';
import { rawPathOf, tailOf } from './raw-path.js';

/** What the pages are made of. */
export class PageFacts {
  constructor(
    readonly assets: ReadonlyMap<string, Asset>,
    readonly openApi: Buffer,
    /** Asked for each page: demo tokens age. */
    readonly front: () => Promise<FrontPageFacts>,
  ) {}
}

const sendPage = async (reply: FastifyReply, { html, policy }: Page): Promise<void> => {
  await reply
    .header('Content-Type', 'text/html; charset=utf-8')
    .header('Content-Security-Policy', policy)
    .header('Cache-Control', 'no-store')
    .send(html);
};

@Controller()
export class PagesController {
  constructor(@Inject(PageFacts) private readonly facts: PageFacts) {}

  @Get()
  async front(@Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, frontPage(await this.facts.front()));
  }

  @Get('openapi.json')
  async openApi(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .header('Content-Type', 'application/json; charset=utf-8')
      .header('Cache-Control', 'public, max-age=300')
      .send(this.facts.openApi);
  }

  @Get('docs')
  async docs(@Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, docsPage);
  }

  @Get('docs/errors')
  async errors(@Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, errorsPage());
  }

  @Get('docs/assets/:name')
  async asset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asset = this.facts.assets.get(tailOf(request.url, '/docs/assets/'));
    if (asset === undefined) throw routeUnknown('there is no such file', rawPathOf(request.url));
    await reply.header('Content-Type', asset.type).header('Cache-Control', 'public, max-age=86400').send(asset.body);
  }
}
