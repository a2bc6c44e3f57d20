import type { Digest, DigestPaper } from '../digest.js';

const WIDTH = 76;

/** Words in lines of at most 76 characters, each after `indent`; a longer word stays whole. */
const wrapped = (text: string, indent: string): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH - indent.length) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}${each}`).join('\n');
};

export const countsOf = ({ upvotes, comments }: DigestPaper): string =>
  `${upvotes} ${upvotes === 1 ? 'upvote' : 'upvotes'}${comments === 0 ? '' : `, ${comments} ${comments === 1 ? 'comment' : 'comments'}`}`;

export const spanOf = ({ period: { first, last }, timeZone }: Digest): string =>
  `${first === last ? first : `${first} to ${last}`}, ${timeZone}`;

/** Plain text for mail readers and terminals. */
export const digestText = (digest: Digest): string => {
  const { site, title, papers } = digest;
  const paperText = (paper: DigestPaper, at: number): string =>
    [
      wrapped(`${at + 1}. ${paper.title}`, ''),
      ...[[paper.authors, paper.organization].filter(Boolean).join(' · '), [countsOf(paper), paper.reason].filter(Boolean).join(' · ')]
        .filter((line) => line !== '')
        .map((line) => wrapped(line, '   ')),
      `   ${paper.url}`,
    ].join('\n');
  return [
    `${site.name}: ${title}`,
    spanOf(digest),
    '',
    ...(papers.length === 0 ? ['No paper.'] : papers.map((paper, at) => `${paperText(paper, at)}\n`)),
    site.url,
    '',
  ].join('\n');
};
