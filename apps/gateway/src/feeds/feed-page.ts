import { createHash } from 'node:crypto';
import type { PaperId, RankAnswer, RankedItem, Surface } from '#contracts';

/** One page of a feed before it becomes bytes. */
export interface FeedPage {
  readonly requestId: string;
  readonly surface: Surface;
  readonly asOf: string;
  readonly model: RankAnswer['model'];
  readonly arm: string;
  /** Parts that were skipped; empty when the answer is whole. */
  readonly degraded: readonly string[];
  readonly items: readonly RankedItem[];
  /** The slate after `items`; `nextCursor` carries it, the body does not. */
  readonly rest: readonly PaperId[];
  readonly nextCursor?: string | undefined;
  readonly counts?: RankAnswer['counts'] | undefined;
}

/** A page as it is sent. */
export interface ReadyPage {
  readonly page: FeedPage;
  readonly body: Buffer;
}

/** A page that all share, with its tag. */
export interface TaggedPage extends ReadyPage {
  /** Weak: equal while papers, their order on this page and the next, counts and reasons are, although scores and times move on. */
  readonly etag: string;
}

type CardJson = (id: PaperId) => string | undefined;

/** The item without its card. Scores of models are shown as they are; explanations only where they were asked for. */
const itemTail = ({ paperId: _, features, contributions, baseline, ...shown }: RankedItem): string =>
  JSON.stringify({ ...shown, ...(features === undefined ? {} : { features, contributions, baseline }) }).slice(1);

/**
 * Joins cards and ranking into the body by text: cards are ready JSON, so a page of 25 parses and serialises no abstract.
 * An item whose card is gone (withdrawn a moment ago) is left out.
 */
export const readyPage = (page: FeedPage, cardJson: CardJson): ReadyPage => {
  const { items, rest: _, nextCursor, counts, ...head } = page;
  const parts: string[] = [];
  for (const item of items) {
    const card = cardJson(item.paperId);
    if (card !== undefined) parts.push(`{"paper":${card},${itemTail(item)}`);
  }
  const start = JSON.stringify(head).slice(0, -1);
  const end = JSON.stringify({ nextCursor: nextCursor ?? null, ...(counts === undefined ? {} : { counts }) }).slice(1);
  return { page, body: Buffer.from(`${start},"items":[${parts.join(',')}],${end}`) };
};

/**
 * Tags a page. Worth its hash over all cards only where many ask for the same page.
 *
 * A client that is told 304 keeps its old body, with the cursor in it: that one must lead to the same next page and still be good. So
 * the tag covers the rest of the slate, and changes with `cursorAge`, which moves on before a cursor runs out.
 */
export const taggedPage = (ready: ReadyPage, cardJson: CardJson, cursorAge: number): TaggedPage => {
  const { items, surface, model, arm, degraded, rest, nextCursor } = ready.page;
  const next = nextCursor === undefined ? null : [rest, cursorAge];
  const tag = createHash('sha1').update(JSON.stringify([surface, model, arm, degraded, next]));
  for (const item of items) {
    tag.update(cardJson(item.paperId) ?? '').update(JSON.stringify([item.upvotes, item.comments, item.source, item.reasons]));
  }
  return { ...ready, etag: `W/"${tag.digest('base64url')}"` };
};
