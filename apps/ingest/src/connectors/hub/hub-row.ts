import { type Paper, paperSchema, type Parsed, parseWith } from '#contracts';
import { count, cut, day, firstOf, isObject, type Json, link, organization, present, text, texts, timestamp } from '../source-values.js';

/** `Alice` of `{name: 'Alice', user: {...}}` or of plain text. */
const authorName = (author: unknown): string | undefined => cut(text(isObject(author) ? author['name'] : author), 300);

/** The account name of whoever put the paper on the page; the full name is not needed. */
const submitterName = (submitter: unknown): string | undefined =>
  cut(text(isObject(submitter) ? firstOf(submitter, 'name', 'user', 'username') : submitter), 200);

/** Midnight to the millisecond is a day that was written as a moment: the Hub dropped the time of day in 2026. */
const exactMoment = (value: unknown): string | undefined => {
  const moment = timestamp(value);
  return moment?.endsWith('T00:00:00.000Z') === true ? undefined : moment;
};

/**
 * One row of the Hub's daily papers as a paper of ours.
 *
 * The Hub puts a field on the row, on the paper inside it, or on both, and has renamed some over time: both places and all known
 * names are tried. `listedOn` is the day of the feed that the row came from, where the caller knows it.
 */
export const paperOfHubRow = (row: unknown, listedOn: string | undefined, source: string): Parsed<Paper> => {
  if (!isObject(row)) return { ok: false, problems: [{ field: '', rule: 'must be an object' }] };
  const inner = isObject(row['paper']) ? row['paper'] : row;
  const either = (...names: readonly string[]): unknown => firstOf(inner, ...names) ?? firstOf(row, ...names);
  const submitted = either('submittedOnDailyAt', 'submittedAt', 'submitted_at');
  const publishedAt = either('publishedAt', 'published_at', 'published');
  const fields: Json = present({
    id: text(either('id', 'paperId', 'arxivId')),
    title: text(either('title')),
    abstract: text(either('summary', 'abstract')),
    authors: Array.isArray(inner['authors']) ? inner['authors'].map(authorName).filter((name) => name !== undefined) : undefined,
    publishedAt: timestamp(publishedAt) ?? day(publishedAt),
    listedOn: listedOn ?? day(submitted),
    submittedAt: exactMoment(submitted),
    submitter: submitterName(firstOf(row, 'submittedBy') ?? either('submittedOnDailyBy', 'submittedBy', 'submitted_by')),
    organization: organization(firstOf(row, 'organization') ?? inner['organization']),
    topics: texts(either('ai_keywords', 'aiKeywords', 'keywords', 'tags'), 40, 100),
    githubRepo: link(either('githubRepo', 'github_repo')),
    githubStars: count(either('githubStars', 'github_stars')),
    projectPage: link(either('projectPage', 'project_page')),
    upvotes: count(either('upvotes', 'numUpvotes')),
    comments: count(firstOf(row, 'numComments', 'num_comments') ?? firstOf(inner, 'numComments', 'num_comments', 'comments')),
    source,
  });
  return parseWith(paperSchema, fields);
};
