import type { Digest } from '../digest.js';

/** JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), an item a paper in the digest's order. */
export const digestJsonFeed = ({ site, title, papers, period }: Digest): string =>
  `${JSON.stringify(
    {
      version: 'https://jsonfeed.org/version/1.1',
      title: `${site.name}: ${title}`,
      home_page_url: site.url,
      language: 'en',
      items: papers.map((paper) => ({
        id: paper.id,
        url: paper.url,
        title: paper.title,
        content_text: paper.abstract === '' ? paper.title : paper.abstract,
        date_published: momentOf(paper.publishedAt, period.first),
        ...(paper.authors === '' ? {} : { authors: [{ name: paper.authors }] }),
      })),
    },
    null,
    2,
  )}\n`;

/** RFC 3339, as the format asks; what cannot be read is of the period's first day. */
const momentOf = (text: string, day: string): string => {
  const time = Date.parse(text);
  return new Date(Number.isNaN(time) ? Date.parse(`${day}T00:00:00Z`) : time).toISOString();
};
