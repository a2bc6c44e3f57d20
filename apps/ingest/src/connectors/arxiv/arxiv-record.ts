import { type Paper, paperIdSchema, paperSchema, type Parsed, parseWith } from '#contracts';
import { cut, day, isObject, type Json, present, text } from '../source-values.js';
import { elementText, type OaiRecord } from './oai-response.js';

/** `2310.01234` of `oai:arXiv.org:2310.01234`. */
export const arxivId = (identifier: string): string => identifier.replace(/^oai:arXiv\.org:/i, '');

const authorName = (author: unknown): string | undefined => {
  if (!isObject(author)) return undefined;
  const parts = ['forenames', 'keyname', 'suffix'].map((name) => text(elementText(author[name]))).filter((part) => part !== undefined);
  return cut(parts.length === 0 ? undefined : parts.join(' '), 300);
};

const authorsOf = (metadata: Json): string[] => {
  const list = isObject(metadata['authors']) ? metadata['authors']['author'] : undefined;
  return (Array.isArray(list) ? list.map(authorName) : []).filter((name) => name !== undefined);
};

/** A record of arXiv's own metadata format as a paper of ours. `created` is the day of version 1; categories become topics. */
export const paperOfArxivRecord = (record: OaiRecord): Parsed<Paper> => {
  const metadata = record.metadata ?? {};
  const value = (name: string): string | undefined => text(elementText(metadata[name]));
  const doi = paperIdSchema.safeParse(value('doi'));
  return parseWith(
    paperSchema,
    present({
      id: value('id') ?? arxivId(record.identifier),
      title: value('title'),
      abstract: value('abstract'),
      authors: authorsOf(metadata),
      publishedAt: day(value('created')) ?? day(record.datestamp),
      topics: (value('categories') ?? '')
        .split(' ')
        .filter((topic) => topic !== '')
        .slice(0, 40),
      aliases: doi.success ? [doi.data] : [],
      source: 'arxiv',
    }),
  );
};
