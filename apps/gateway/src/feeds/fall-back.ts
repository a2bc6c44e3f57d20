import { MAX_SLATE, type Paper, type PaperId, type RankedItem } from '#contracts';
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

/** One page and what follows it, at most a slate together. */
export interface FallBackPage {
  readonly items: readonly RankedItem[];
  readonly rest: readonly PaperId[];
  /** Which list it is, as `degraded` says. */
  readonly step: string;
}

const NEWS = 'It is among the newest papers.';
const LATELY = 'It was trending a while ago.';

/**
 * The last steps of the ladder, for when no ranker answers: the newest trending list that was computed, else the catalogue, newest
 * first. Search and similar keep to what they were asked for, in the plainest way that memory allows.
 */
export class FallBack {
  constructor(private readonly catalogue: Catalogue) {}

  /** @param trending the newest trending page that is still known, whatever its age */
  items(query: FeedQuery, unwanted: ReadonlySet<PaperId>, trending: Pick<FeedPage, 'items' | 'rest'> | undefined): FallBackPage {
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
    const known = query.surface === 'latest' || trending === undefined ? [] : this.lately(trending, fits);
    if (known.length > 0) return paged(known, query.limit, 'fall-back:trending');
    return this.take(query.limit, fits, 'fall-back:newest', NEWS);
  }

  /** The slate of that page as far as it fits: with its scores where they are known, plain behind that. */
  private lately({ items, rest }: Pick<FeedPage, 'items' | 'rest'>, fits: (paper: KeptPaper) => boolean): readonly RankedItem[] {
    const shown = new Set(items.map(({ paperId }) => paperId));
    const plain = rest.flatMap((id) => {
      const paper = shown.has(id) ? undefined : this.catalogue.find(id);
      return paper === undefined ? [] : [plainItem(paper, 'fall-back:trending', LATELY)];
    });
    return [...items, ...plain].filter(({ paperId }) => this.accepts(paperId, fits));
  }

  /** The rest of a pinned slate in its order: a page that was promised can be given without a ranker. */
  pinned(ids: readonly PaperId[], unwanted: ReadonlySet<PaperId>, limit: number): FallBackPage {
    const papers = ids.flatMap((id) => (unwanted.has(id) ? [] : (this.catalogue.find(id) ?? [])));
    const items = papers.slice(0, limit).map((paper) => plainItem(paper, 'fall-back:pinned', 'It is next in the list you began.'));
    return { items, rest: papers.slice(limit).map(({ id }) => id), step: 'fall-back:pinned' };
  }

  private accepts(id: PaperId, fits: (paper: KeptPaper) => boolean): boolean {
    const paper = this.catalogue.find(id);
    return paper !== undefined && fits(paper);
  }

  private take(limit: number, fits: (paper: KeptPaper) => boolean, step: string, text: string): FallBackPage {
    const slate: RankedItem[] = [];
    for (const paper of this.catalogue.all()) {
      if (slate.length >= MAX_SLATE) break;
      if (fits(paper)) slate.push(plainItem(paper, step, text));
    }
    return paged(slate, limit, step);
  }
}

const paged = (slate: readonly RankedItem[], limit: number, step: string): FallBackPage => ({
  items: slate.slice(0, limit),
  rest: slate.slice(limit, MAX_SLATE).map(({ paperId }) => paperId),
  step,
});
