import { randomUUID } from 'node:crypto';
import { type PaperId, type Positions, type RankAnswer } from '#contracts';
import type { Catalogue } from '../catalogue/catalogue.js';
import { type Cursors, feedFingerprint } from '../cursors/cursors.js';
import { laterPositions, type ReadYourWrites } from '../interactions/read-your-writes.js';
import type { FallBack, FallBackPage } from './fall-back.js';
import { type FeedPage, readyPage, type ReadyPage, type TaggedPage, taggedPage } from './feed-page.js';
import { feedDefaults, type FeedQuery, type FeedReader } from './feed-query.js';
import type { PartFailures } from './part-failures.js';
import type { Ranker } from './ranker.js';
import type { Freshness, ReadyAnswers } from './ready-answers.js';

export interface FeedSettings {
  /** Longest wait for a ranking. */
  readonly deadlineMs: number;
}

export interface FeedEvents {
  /** A page was answered: from where, and with which parts missing. */
  answered(surface: string, freshness: Freshness | 'hop' | 'fall-back', degraded: readonly string[]): void;
}

export interface FeedAnswer extends ReadyPage {
  /** Present on what everyone shares, which may be cached by anyone. */
  readonly etag?: string;
}

/** Most ids a Rank request may exclude. */
const MAX_EXCLUDE = 1_000;

/**
 * Answers feeds, in this order: ready bytes that all share -> a ranker -> the last good list -> the catalogue. A part that is slow or
 * gone makes an answer poorer and says so in `degraded`; it never makes it an error.
 */
export class Feeds {
  constructor(
    private readonly ranker: Ranker,
    private readonly catalogue: Catalogue,
    private readonly ready: ReadyAnswers<TaggedPage>,
    private readonly fallBack: FallBack,
    private readonly cursors: Cursors,
    private readonly writes: ReadYourWrites,
    private readonly settings: FeedSettings,
    private readonly events: FeedEvents,
    private readonly failures: PartFailures,
  ) {}

  /** @throws {ProblemFailure} only for a cursor that does not fit; never because a ranker is slow or away. */
  async answer(query: FeedQuery, reader?: FeedReader): Promise<FeedAnswer> {
    const shared = reader === undefined && query.cursor === undefined && query.exclude.length === 0;
    return shared ? this.sharedAnswer(query) : this.ownAnswer(query, reader);
  }

  private async sharedAnswer(query: FeedQuery): Promise<FeedAnswer> {
    const key = sharedKey(query);
    try {
      const { value, freshness } = await this.ready.get(key, () => this.computed(query));
      const answer = freshness === 'last-good' ? this.tagged(this.lastGood(query, value.page)) : value;
      this.events.answered(query.surface, freshness, answer.page.degraded);
      return answer;
    } catch (error) {
      this.failures.report('feed', error);
      return this.fallen(query, undefined, undefined, new Set());
    }
  }

  /** Tells of a failure itself: nobody waits for the refresh behind a stale answer, and a last good one hides it. */
  private async computed(query: FeedQuery): Promise<TaggedPage> {
    try {
      return this.tagged(await this.ranked(query, undefined, undefined, query.exclude, {}));
    } catch (error) {
      this.failures.report('feed', error);
      throw error;
    }
  }

  /** An old page with a new cursor: the one it was made with may have run out while nobody could make another. */
  private lastGood(query: FeedQuery, page: FeedPage): FeedPage {
    return {
      ...page,
      degraded: [...page.degraded, 'ranker', 'last-good'],
      nextCursor: this.cursors.encode({ feed: fingerprint(query, undefined), rest: page.rest }),
    };
  }

  private async ownAnswer(query: FeedQuery, reader: FeedReader | undefined): Promise<FeedAnswer> {
    const pinned = query.cursor === undefined ? undefined : this.cursors.decode(query.cursor, fingerprint(query, reader));
    if (reader !== undefined) this.writes.heard(reader.ref, reader.hides);
    const recent = reader === undefined ? { after: {}, hidden: [] } : this.writes.of(reader.ref);
    // A paper that was just hidden is never shown again, whether or not the ranker has read of it yet.
    const exclude = [...new Set([...recent.hidden, ...query.exclude])].slice(-MAX_EXCLUDE);
    const after = laterPositions(recent.after, reader?.after ?? {});
    try {
      const page = await this.ranked(query, reader, pinned, exclude, after);
      this.events.answered(query.surface, 'hop', page.degraded);
      return this.render(page);
    } catch (error) {
      this.failures.report('feed', error);
      return this.fallen(query, reader, pinned, new Set(exclude));
    }
  }

  private async ranked(
    query: FeedQuery,
    reader: FeedReader | undefined,
    pinned: readonly PaperId[] | undefined,
    exclude: readonly PaperId[],
    after: Positions,
  ): Promise<FeedPage> {
    const answer = await this.ranker.rank(
      {
        requestId: randomUUID(),
        surface: query.surface,
        period: query.period,
        limit: query.limit,
        exclude: [...exclude],
        explain: query.explain,
        ...(reader === undefined ? {} : { readerRef: reader.ref }),
        ...(query.topic === undefined ? {} : { topic: query.topic }),
        ...(query.org === undefined ? {} : { org: query.org }),
        ...(query.paperId === undefined ? {} : { paperId: query.paperId }),
        ...(query.query === undefined ? {} : { query: query.query }),
        ...(pinned === undefined ? {} : { pinned: [...pinned] }),
        ...(Object.keys(after).length === 0 ? {} : { after }),
      },
      this.settings.deadlineMs,
    );
    return this.pageOf(query, reader, answer, new Set(exclude));
  }

  private pageOf(query: FeedQuery, reader: FeedReader | undefined, answer: RankAnswer, unwanted: ReadonlySet<PaperId>): FeedPage {
    return {
      requestId: answer.requestId,
      surface: query.surface,
      asOf: answer.asOf,
      model: answer.model,
      arm: answer.arm,
      degraded: answer.degraded,
      items: answer.items.filter(({ paperId }) => !unwanted.has(paperId)),
      rest: answer.rest,
      nextCursor: this.cursors.encode({ feed: fingerprint(query, reader), rest: answer.rest }),
      counts: query.explain ? answer.counts : undefined,
    };
  }

  private fallen(
    query: FeedQuery,
    reader: FeedReader | undefined,
    pinned: readonly PaperId[] | undefined,
    unwanted: ReadonlySet<PaperId>,
  ): FeedAnswer {
    const { items, rest, step } = this.fallenItems(query, pinned, unwanted);
    const page: FeedPage = {
      requestId: randomUUID(),
      surface: query.surface,
      asOf: new Date().toISOString(),
      model: { name: 'fall-back', version: '0' },
      arm: 'fall-back',
      degraded: ['ranker', step],
      items,
      rest,
      nextCursor: this.cursors.encode({ feed: fingerprint(query, reader), rest }),
    };
    this.events.answered(query.surface, 'fall-back', page.degraded);
    return this.render(page);
  }

  private fallenItems(query: FeedQuery, pinned: readonly PaperId[] | undefined, unwanted: ReadonlySet<PaperId>): FallBackPage {
    if (pinned !== undefined) return this.fallBack.pinned(pinned, unwanted, query.limit);
    const trending = this.ready.peek(sharedKey({ ...feedDefaults, surface: 'trending', limit: feedDefaults.limit }));
    return this.fallBack.items(query, unwanted, trending?.page);
  }

  private tagged(page: FeedPage): TaggedPage {
    return taggedPage(this.render(page), (id) => this.catalogue.cardJson(id), this.cursors.halfLife);
  }

  private render(page: FeedPage): ReadyPage {
    return readyPage(page, (id) => this.catalogue.cardJson(id));
  }
}

const sharedKey = ({ surface, period, topic, org, paperId, query, limit, explain }: FeedQuery): string =>
  JSON.stringify([surface, period, topic, org, paperId, query, limit, explain]);

const fingerprint = ({ surface, period, topic, org, paperId, query }: FeedQuery, reader: FeedReader | undefined): string =>
  feedFingerprint([surface, period, topic, org, paperId, query, reader?.ref]);
