import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type Paper, type PaperId, type RankAnswer, rankPatterns, type RankRequest, rankRequestSchema } from '#contracts';
import { freePort } from './free-port.js';
import { type PeerServer, servePeer } from './peer-server.js';

/**
 * Stands in for a ranker process: answers by the contract, over a real socket, from a list of papers in the order it is given.
 * It ranks nothing; tests set `delayMs`, `failing` and `votes` to see how the gateway takes it.
 */
export class RankerDouble {
  papers: readonly Paper[] = [];
  readonly votes = new Map<PaperId, number>();
  readonly requests: RankRequest[] = [];
  /** Papers that trend, where a test says so; else all do. */
  trending: readonly string[] | undefined;
  delayMs = 0;
  failing = false;
  ready = true;
  private server: PeerServer | undefined;

  private constructor(
    readonly name: string,
    readonly port: number,
  ) {}

  static async start(name = 'ranker-double', port?: number): Promise<RankerDouble> {
    const double = new RankerDouble(name, port ?? (await freePort()));
    await double.restart();
    return double;
  }

  async restart(): Promise<void> {
    this.server = await servePeer(RankerDoubleController, this, this.port);
  }

  async stop(): Promise<void> {
    await this.server?.close();
    this.server = undefined;
  }

  async answer(payload: unknown): Promise<RankAnswer> {
    const request = rankRequestSchema.parse(payload);
    this.requests.push(request);
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.failing) throw new Error('the double was told to fail');
    const slate = this.slate(request);
    const shown = slate.slice(0, request.limit);
    return {
      requestId: request.requestId,
      asOf: new Date().toISOString(),
      model: { name: request.surface === 'for-you' ? 'personal' : 'trending', version: 'double' },
      arm: 'control',
      degraded: [],
      items: shown.map((paper, index) => ({
        paperId: paper.id,
        score: Math.round((1 - index / 1000) * 1e6) / 1e6,
        source: request.surface,
        sources: [request.surface],
        reasons: [{ kind: request.surface, text: `Answered by ${this.name}.` }],
        propensity: 1,
        upvotes: paper.upvotes + (this.votes.get(paper.id) ?? 0),
        comments: paper.comments,
        ...(request.explain ? { features: { age: index }, contributions: { age: 0.1 }, baseline: 0.2 } : {}),
      })),
      rest: slate.slice(request.limit, 200).map(({ id }) => id),
      counts: { candidates: this.papers.length, dropped: {} },
    };
  }

  private slate(request: RankRequest): readonly Paper[] {
    const byId = new Map(this.papers.map((paper) => [paper.id, paper]));
    const base = request.pinned === undefined ? this.papers : request.pinned.flatMap((id) => byId.get(id) ?? []);
    const words = (request.query ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    return base.filter(
      (paper) =>
        !request.exclude.includes(paper.id) &&
        (request.surface !== 'trending' || request.pinned !== undefined || (this.trending?.includes(paper.id) ?? true)) &&
        paper.id !== request.paperId &&
        (request.topic === undefined || paper.topics.includes(request.topic)) &&
        (request.org === undefined || paper.organization?.name === request.org) &&
        words.every((word) => paper.title.toLowerCase().includes(word)),
    );
  }
}

@Controller()
class RankerDoubleController {
  constructor(@Inject('DOUBLE') private readonly double: RankerDouble) {}

  @MessagePattern(rankPatterns.rank)
  rank(@Payload() payload: unknown): Promise<RankAnswer> {
    return this.double.answer(payload);
  }

  @MessagePattern(rankPatterns.health)
  health() {
    return { ready: this.double.ready, replica: this.double.name, lagSeconds: 0, inFlight: 0, models: {} };
  }
}
