import type { Paper, PaperId } from '#contracts';

const MAX_CARD_AUTHORS = 20;

/** A paper as feeds and `GET /v1/papers/{id}` show it. Text is plain: whoever puts it into a page escapes it. */
export interface PaperCard {
  readonly id: PaperId;
  readonly title: string;
  readonly abstract: string;
  /** The first 20; `authorCount` says how many there are. Empty where the source gives a number only. */
  readonly authors: readonly string[];
  readonly authorCount: number;
  readonly organization: Paper['organization'] | null;
  readonly topics: readonly string[];
  readonly publishedAt: string;
  readonly listedOn: string | null;
  readonly submitter: string | null;
  readonly source: string;
  readonly links: {
    readonly self: string;
    readonly similar: string;
    readonly arxiv?: string;
    readonly code?: string;
    readonly project?: string;
  };
}

/** New style `2310.01234` (with or without version) or old style `cs/0112017`. */
const arxivPattern = /^(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?\/\d{7})(v\d+)?$/;
const arxivIdOf = (paper: Pick<Paper, 'id' | 'aliases'>): string | undefined =>
  [paper.id, ...paper.aliases].find((id) => arxivPattern.test(id));

/** Path of a paper with its slashes encoded, so that a proxy or router can not take them for levels. */
export const paperPath = (id: string): string => `/v1/papers/${encodeURIComponent(id)}`;

export const cardOf = (paper: Paper): PaperCard => {
  const arxiv = arxivIdOf(paper);
  return {
    id: paper.id,
    title: paper.title,
    abstract: paper.abstract,
    authors: paper.authors.slice(0, MAX_CARD_AUTHORS),
    authorCount: paper.authorCount ?? paper.authors.length,
    organization: paper.organization ?? null,
    topics: paper.topics,
    publishedAt: paper.publishedAt,
    listedOn: paper.listedOn ?? null,
    submitter: paper.submitter ?? null,
    source: paper.source,
    links: {
      self: paperPath(paper.id),
      similar: `${paperPath(paper.id)}/similar`,
      ...(arxiv === undefined ? {} : { arxiv: `https://arxiv.org/abs/${arxiv}` }),
      ...(paper.githubRepo === undefined ? {} : { code: paper.githubRepo }),
      ...(paper.projectPage === undefined ? {} : { project: paper.projectPage }),
    },
  };
};
