import type { Paper, PaperId, RankedItem } from '#contracts';
import type { Catalogue, KeptPaper } from '../catalogue/catalogue.js';
import type { FeedPage } from './feed-page.js';
import type { FeedQuery } from './feed-query.js';

/** An item that no model has scored: its source's own counts, and a reason that says so. */
const plainItem = (paper: Pick<Paper, 'id' | 'upvotes' | 'comments'>, source: string, text: string): RankedItem => ({
  paperId: paper.id,
  score: 0,
  source,
  sources: [source],
  reasons: [{ kind: source, text }],
  propensity: 1,
  upvotes: paper.upvotes,
  comments: paper.comments,
});

const lower = (text: string | undefined): string => (text ?? '').toLowerCase();

const matches = (paper: KeptPaper, { topic, org }: Pick<FeedQuery, 'topic' | 'org'>): boolean =>
  (topic === undefined || paper.topics.some((own) => lower(own) === lower(topic))) &&
  (org === undefined || lower(paper.organization?.name) === lower(org) || lower(paper.organization?.fullName) === lower(org));

/** Every word of the query stands in the title or among the topics. */
const says = (paper: KeptPaper, words: readonly string[]): boolean => {
  const text = `${paper.title} ${paper.topics.join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

const sharesTopic = (paper: KeptPaper, start: KeptPaper | undefined): boolean =>
  start !== undefined && paper.id !== start.id && paper.topics.some((topic) => start.topics.includes(topic));

/**
 * The last steps of the ladder, for when no ranker answers: the newest trending list that was computed, else the catalogue, newest
 * first. Search and similar keep to what they were asked for, in the plainest way that memory allows.
 */
export class FallBack {
  constructor(private readonly catalogue: Catalogue) {}

  /** @param trending the newest trending page that is still known, whatever its age */
  items(
    query: FeedQuery,
    unwanted: ReadonlySet<PaperId>,
    trending: FeedPage | undefined,
  ): { readonly items: readonly RankedItem[]; readonly step: string } {
    const fits = (paper: KeptPaper): boolean => !unwanted.has(paper.id) && matches(paper, query);
    if (query.surface === 'search') {
      const words = lower(query.query).split(/\s+/).filter(Boolean);
      return this.take(
        query.limit,
        (paper) => fits(paper) && says(paper, words),
        'fall-back:titles',
        'Its title has the words you searched for.',
      );
    }
    if (query.surface === 'similar') {
      const start = query.paperId === undefined ? undefined : this.catalogue.find(query.paperId);
      return this.take(
        query.limit,
        (paper) => fits(paper) && sharesTopic(paper, start),
        'fall-back:topics',
        'It shares a topic with this paper.',
      );
    }
    const known = query.surface === 'latest' ? [] : (trending?.items ?? []).filter(({ paperId }) => this.accepts(paperId, fits));
    if (known.length > 0) return { items: known.slice(0, query.limit), step: 'fall-back:trending' };
    return this.take(query.limit, fits, 'fall-back:newest', 'It is among the newest papers.');
  }

  /** The rest of a pinned slate in its order: a page that was promised can be given without a ranker. */
  pinned(
    ids: readonly PaperId[],
    unwanted: ReadonlySet<PaperId>,
    limit: number,
  ): { readonly items: readonly RankedItem[]; readonly rest: readonly PaperId[] } {
    const papers = ids.flatMap((id) => (unwanted.has(id) ? [] : (this.catalogue.find(id) ?? [])));
    const items = papers.slice(0, limit).map((paper) => plainItem(paper, 'fall-back:pinned', 'It is next in the list you began.'));
    return { items, rest: papers.slice(limit).map(({ id }) => id) };
  }

  private accepts(id: PaperId, fits: (paper: KeptPaper) => boolean): boolean {
    const paper = this.catalogue.find(id);
    return paper !== undefined && fits(paper);
  }

  private take(
    limit: number,
    fits: (paper: KeptPaper) => boolean,
    step: string,
    text: string,
  ): { readonly items: readonly RankedItem[]; readonly step: string } {
    const items: RankedItem[] = [];
    for (const paper of this.catalogue.all()) {
      if (items.length >= limit) break;
      if (fits(paper)) items.push(plainItem(paper, step, text));
    }
    return { items, step };
  }
}
