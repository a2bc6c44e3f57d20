import { count, cut, day, firstOf, type Json, link, organization, present, text, texts, timestamp } from '../source-values.js';

/** Lines of the Daily Papers archive carry names that our own format does not have. */
export const isArchiveLine = (line: Json): boolean =>
  !('source' in line) && ('keywords' in line || 'upvotesAsOf' in line || 'listedOnInferred' in line);

/** One line of the public Daily Papers archive as a paper of ours. Text is kept as it is; nulls become absent. */
export const paperOfArchiveLine = (line: Json): Json => {
  const publishedAt = line['publishedAt'];
  return present({
    id: line['id'],
    title: text(line['title']),
    abstract: text(line['abstract']),
    authors: Array.isArray(line['authors']) ? line['authors'].map(text).filter((name) => name !== undefined) : undefined,
    publishedAt: timestamp(publishedAt) ?? day(publishedAt),
    listedOn: day(line['listedOn']),
    submittedAt: timestamp(line['submittedAt']),
    submitter: cut(text(line['submitter']), 200),
    organization: organization(line['organization']),
    topics: texts(line['keywords'], 40, 100),
    githubRepo: link(line['githubRepo']),
    githubStars: count(line['githubStars']),
    projectPage: link(line['projectPage']),
    upvotes: count(line['upvotes']),
    comments: count(line['comments']),
    countsAsOf: timestamp(firstOf(line, 'upvotesAsOf', 'commentsAsOf')),
    source: 'jsonl',
  });
};
