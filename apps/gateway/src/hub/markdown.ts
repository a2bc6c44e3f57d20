import type { KeptPaper } from '../catalogue/catalogue.js';

/** Text of strangers as Markdown that is only text: no HTML, no links, no code, nothing that a renderer would act on. */
export const markdownText = (text: string): string =>
  text.replaceAll(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign).replaceAll(/[[\]`*_\\]/g, '\\$&');

const line = (text: string): string => markdownText(text.replaceAll(/\s+/g, ' ').trim());
const MAX_NAMES = 50;

const authorsOf = ({ authors, authorCount }: KeptPaper): string => {
  if (authors.length === 0) return authorCount === undefined ? '' : `${authorCount} authors`;
  const more = Math.max(authorCount ?? 0, authors.length) - Math.min(authors.length, MAX_NAMES);
  return `${authors.slice(0, MAX_NAMES).map(line).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** A paper as a Markdown page. Links were checked to be http(s) when the paper was taken in; angle brackets keep them links. */
export const markdownOf = (paper: KeptPaper): string => {
  const facts = [
    ['Id', line(paper.id)],
    ['Authors', authorsOf(paper)],
    ['Organization', line(paper.organization?.fullName ?? paper.organization?.name ?? '')],
    ['Published', paper.publishedAt.slice(0, 10)],
    ['Topics', paper.topics.map(line).join(', ')],
    ['Code', paper.githubRepo === undefined ? '' : `<${encodeURI(decodable(paper.githubRepo))}>`],
    ['Project', paper.projectPage === undefined ? '' : `<${encodeURI(decodable(paper.projectPage))}>`],
  ].filter(([, value]) => value !== '');
  return (
    [`# ${line(paper.title)}`, facts.map(([name, value]) => `- ${name}: ${value}`).join('\n'), '## Abstract', markdownText(paper.abstract)]
      .join('\n\n')
      .trimEnd() + '\n'
  );
};

/** Encoding an encoded URL again would break it; one that can not be decoded is left as it is. */
const decodable = (url: string): string => {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
};
