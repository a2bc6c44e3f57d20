import { createHash } from 'node:crypto';
import { DAY_MS } from './clock.js';
import type { Entities } from './entities.js';
import type { EpochMs, Paper, PaperId } from '#contracts';

/** What ranking needs of a paper, in little memory: no abstract (the search index has its terms, the vector its meaning), names as numbers of `Entities`. */
export interface PaperFacts {
  readonly id: PaperId;
  readonly title: string;
  /** When it was put on a feed, else when it appeared; days count from 00:00 UTC. What "fresh" and ages go by. */
  readonly since: EpochMs;
  readonly authors: readonly number[];
  readonly authorCount: number;
  /** -1 when none is named. */
  readonly organization: number;
  readonly submitter: number;
  readonly topics: readonly number[];
  readonly hasCode: boolean;
  /** -1 when unknown. */
  readonly stars: number;
  readonly upvotes: number;
  readonly comments: number;
  readonly aliases: readonly string[];
}

export const factsOf = (paper: Paper, entities: Entities): PaperFacts => ({
  id: paper.id,
  title: paper.title,
  since: sinceOf(paper),
  authors: paper.authors.map((name) => entities.numberOf('author', name)),
  authorCount: paper.authorCount ?? paper.authors.length,
  organization: paper.organization === undefined ? -1 : entities.numberOf('org', paper.organization.name),
  submitter: paper.submitter === undefined ? -1 : entities.numberOf('submitter', paper.submitter),
  topics: paper.topics.map((topic) => entities.numberOf('topic', topic)),
  hasCode: paper.githubRepo !== undefined,
  stars: paper.githubStars ?? -1,
  upvotes: paper.upvotes,
  comments: paper.comments,
  aliases: paper.aliases,
});

const sinceOf = (paper: Paper): EpochMs => {
  const time = Date.parse(paper.listedOn ?? paper.publishedAt);
  return Number.isFinite(time) ? time : 0;
};

/** Identifies a paper's whole content, whatever order its fields came in. */
export const digestOf = (paper: Paper): Buffer => createHash('sha256').update(canonicalJson(paper)).digest();

const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`;
};

export const ageHoursOf = (facts: PaperFacts, now: EpochMs): number => Math.max(0, (now - facts.since) / (DAY_MS / 24));
