import { createHash } from 'node:crypto';
import type { Digest } from './digest.js';
import { digestPaper, selectionKey, titleOf, windowFor } from './digest.js';
import type { DigestOptions } from './digest-options.js';
import { trendingItems, type FeedItem, type FeedSettings } from './feed/trending-feed.js';
import { localDay } from './period/period.js';
import { digestHtml } from './render/html.js';
import { digestJsonFeed } from './render/json-feed.js';
import { digestText } from './render/text.js';
import type { Rendered } from './deliver/target.js';

export interface DigestSite {
  readonly name: string;
  readonly url: string;
}

/** Asks the gateway and puts the digest together. @throws {GatewayFailure} */
export const makeDigest = async (options: DigestOptions, site: DigestSite, feed: FeedSettings, now: number): Promise<Digest> => {
  const { period, timeZone, selection, count } = options;
  const wanted = (item: FeedItem): boolean => selection.papers === 'trending' || isListedIn(item, period.first, period.last, timeZone);
  const query = { window: windowFor(period, now), topic: selection.topic, org: selection.org };
  const items = await trendingItems(feed, query, count, wanted);
  return {
    site,
    period,
    timeZone,
    selection: selectionKey(selection),
    title: titleOf(period, selection),
    papers: items.map((item) => digestPaper(item, site.url)),
  };
};

/** By the day of the feed that a paper was listed on, or else the day that it was published on there. */
const isListedIn = ({ paper: { listedOn, publishedAt } }: FeedItem, first: string, last: string, timeZone: string): boolean => {
  const published = Date.parse(publishedAt);
  const day = listedOn ?? (publishedAt.length === 10 ? publishedAt : Number.isNaN(published) ? '' : localDay(published, timeZone));
  return day >= first && day <= last;
};

/** In every form. @param list tells apart digests of the same papers for several lists. */
export const rendered = (digest: Digest, list: string): Rendered => ({
  digest,
  text: digestText(digest),
  html: digestHtml(digest),
  jsonFeed: digestJsonFeed(digest),
  id: createHash('sha256')
    .update(JSON.stringify([digest.site.url, digest.period.key, digest.selection, list]))
    .digest('hex')
    .slice(0, 32),
});
