import type { Period as Window } from '#contracts';
import type { FeedItem } from './feed/trending-feed.js';
import type { Period } from './period/period.js';

/** One paper as a digest shows it. All texts are by strangers: plain, one line, to be escaped by whoever writes them into something. */
export interface DigestPaper {
  readonly id: string;
  readonly title: string;
  readonly abstract: string;
  readonly authors: string;
  readonly organization: string | null;
  /** Absolute, http or https. */
  readonly url: string;
  readonly code: string | null;
  readonly upvotes: number;
  readonly comments: number;
  readonly reason: string | null;
  readonly publishedAt: string;
}

export interface Digest {
  readonly site: { readonly name: string; readonly url: string };
  readonly period: Period;
  readonly timeZone: string;
  /** `trending`, with its filters: names the digest together with its period. */
  readonly selection: string;
  /** `What is trending, week 2026-W47`, for people. */
  readonly title: string;
  readonly papers: readonly DigestPaper[];
}

export interface Selection {
  readonly papers: 'trending' | 'listed';
  readonly topic: string | undefined;
  readonly org: string | undefined;
}

/** The same for the same papers: part of what is remembered of a digest that was sent. */
export const selectionKey = ({ papers, topic, org }: Selection): string =>
  [papers, ...(topic === undefined ? [] : [`topic=${topic}`]), ...(org === undefined ? [] : [`org=${org}`])].join(' ');

const windows: readonly { readonly window: Window; readonly days: number }[] = [
  { window: 'day', days: 1 },
  { window: 'week', days: 7 },
  { window: 'month', days: 31 },
];
const DAY_MS = 86_400_000;
/** Days have up to 25 hours, and a run that begins at once still begins after the end. */
const SLACK = 1.2;

/** The shortest window of votes that reaches back to the beginning of the period, and at least one as long as it. */
export const windowFor = ({ kind, from }: Period, now: number): Window => {
  const own = windows.findIndex(({ window }) => window === kind);
  return windows.slice(own).find(({ days }) => now - from <= (days + windows[own]!.days * SLACK) * DAY_MS)?.window ?? 'all';
};

/** Whether what trends now is what trended in the period: its end is no longer ago than it is long. */
export const isRecent = ({ from, to }: Period, now: number): boolean => now - to <= to - from;

const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}]/gu, '')
    .trim();

const cut = (text: string, most: number): string => {
  const letters = Array.from(text);
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
};

/** The address, or null where it is no web address: `javascript:` and the like are never linked. */
const webAddress = (text: string | undefined, base: string): string | null => {
  if (text === undefined) return null;
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
};

export const digestPaper = ({ paper, upvotes, comments, reasons }: FeedItem, siteUrl: string): DigestPaper => {
  const { authors, authorCount } = paper;
  const named = authors.slice(0, 3).map(oneLine).join(', ');
  return {
    id: paper.id,
    title: cut(oneLine(paper.title), 300),
    abstract: cut(oneLine(paper.abstract), 400),
    authors:
      named === '' ? (authorCount > 0 ? `${authorCount} authors` : '') : authorCount > 3 ? `${named} and ${authorCount - 3} more` : named,
    organization: paper.organization === null ? null : cut(oneLine(paper.organization.name), 120),
    // The site's own address of a paper is for programs: it comes last.
    url:
      webAddress(paper.links.arxiv, siteUrl) ??
      webAddress(paper.links.project, siteUrl) ??
      webAddress(paper.links.self, siteUrl) ??
      siteUrl,
    code: webAddress(paper.links.code, siteUrl),
    upvotes,
    comments,
    reason: reasons[0] === undefined ? null : cut(oneLine(reasons[0].text), 200),
    publishedAt: paper.publishedAt,
  };
};

export const titleOf = ({ kind, key }: Period, { papers, topic, org }: Selection): string => {
  const of = papers === 'trending' ? 'What is trending' : 'New papers';
  const only = [topic, org].filter((each) => each !== undefined).map(oneLine);
  return `${of}${only.length === 0 ? '' : ` (${only.join(', ')})`}: ${kind === 'day' ? '' : `${kind} `}${key}`;
};
