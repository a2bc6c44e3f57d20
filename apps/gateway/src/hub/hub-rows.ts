import type { Paper, PaperId } from '#contracts';
import type { KeptPaper } from '../catalogue/catalogue.js';
import type { Counts } from '../feeds/live-counts.js';

/**
 * The JSON of Hugging Face papers, field for field where we have the field. Clients parse dates as `...Z` only, so every date is one.
 */

const iso = (date: string): string => new Date(date).toISOString();
/**
 * Moment a paper came onto the feed: with its time of day where the source tells one that falls on that day. A list asked for by day
 * must not show rows of another.
 */
const listedAt = ({ submittedAt, listedOn, publishedAt }: Pick<Paper, 'submittedAt' | 'listedOn' | 'publishedAt'>): string => {
  const submitted = submittedAt === undefined ? undefined : iso(submittedAt);
  return submitted !== undefined && (listedOn === undefined || submitted.startsWith(listedOn)) ? submitted : iso(listedOn ?? publishedAt);
};

const submitterOf = (name: string) => ({ user: name, name, fullname: name, avatarUrl: '', isPro: false, type: 'user' as const });
const organizationOf = ({ name, fullName }: NonNullable<Paper['organization']>) => ({ name, fullname: fullName ?? name, avatar: '' });

export const hubPaper = (paper: KeptPaper, { upvotes, comments }: Counts) => ({
  id: paper.id,
  authors: paper.authors.map((name) => ({ name, hidden: false })),
  authorCount: paper.authorCount ?? paper.authors.length,
  publishedAt: iso(paper.publishedAt),
  submittedOnDailyAt: listedAt(paper),
  title: paper.title,
  summary: paper.abstract,
  upvotes,
  numComments: comments,
  ai_keywords: paper.topics,
  ...(paper.submitter === undefined ? {} : { submittedOnDailyBy: submitterOf(paper.submitter) }),
  ...(paper.organization === undefined ? {} : { organization: organizationOf(paper.organization) }),
  ...(paper.githubRepo === undefined ? {} : { githubRepo: paper.githubRepo }),
  ...(paper.githubStars === undefined ? {} : { githubStars: paper.githubStars }),
  ...(paper.projectPage === undefined ? {} : { projectPage: paper.projectPage }),
});

export const hubRow = (paper: KeptPaper, counts: Counts) => {
  const inner = hubPaper(paper, counts);
  return {
    paper: inner,
    publishedAt: listedAt(paper),
    title: paper.title,
    summary: paper.abstract,
    numComments: counts.comments,
    ...(inner.submittedOnDailyBy === undefined ? {} : { submittedBy: inner.submittedOnDailyBy }),
    ...(inner.organization === undefined ? {} : { organization: inner.organization }),
    isAuthorParticipating: false,
  };
};
export type HubRow = ReturnType<typeof hubRow>;

/** Rows in the order of `ids`; papers withdrawn meanwhile are left out. */
export const hubRows = (
  ids: readonly PaperId[],
  find: (id: PaperId) => KeptPaper | undefined,
  counts: ReadonlyMap<PaperId, Counts>,
): readonly HubRow[] =>
  ids.flatMap((id) => {
    const paper = find(id);
    return paper === undefined ? [] : [hubRow(paper, counts.get(id) ?? paper)];
  });
