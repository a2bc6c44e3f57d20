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
  /** Owner of the code repository, as an entity; -1 when none is named. */
  readonly codeOwner: number;
  /** Papers that this one cites, as numbers; a cited id may name a paper that is not here yet, or never comes. */
  readonly cites: Uint32Array;
}

/** References remembered of one paper. A survey cites more, and then says the less of each. */
const MAX_CITES = 200;

/** @param numberOf gives the id of a cited paper its number. */
export const factsOf = (paper: Paper, entities: Entities, numberOf: (id: string) => number): PaperFacts => ({
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
  codeOwner: codeOwnerOf(paper, entities),
  cites: paper.cites.length === 0 ? NO_CITES : Uint32Array.from(paper.cites.slice(0, MAX_CITES), numberOf),
});

const NO_CITES = new Uint32Array(0);

/** The first part of the repository's path: whose code it is. */
export const codeOwnerName = ({ githubRepo }: Pick<Paper, 'githubRepo'>): string | undefined =>
  githubRepo === undefined ? undefined : /^https?:\/\/[^/]+\/([^/]+)/.exec(githubRepo)?.[1];

const codeOwnerOf = (paper: Paper, entities: Entities): number => {
  const owner = codeOwnerName(paper);
  return owner === undefined ? -1 : entities.numberOf('code-owner', owner);
};

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
