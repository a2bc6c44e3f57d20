import type { Reason } from '#contracts';
import { actionCodes } from '../state/action-codes.js';
import { BUCKET_MS, DAY_MS, HOUR_MS } from '../state/clock.js';
import type { Engagement } from '../state/reader-view.js';
import { anyVersion } from './shown-version.js';
import type { Candidate, RankQuery } from './stages.js';

const MAX_REASONS = 3;
const MAX_NAME_CHARS = 80;
const RISING_HOURS = 3;
/** Below this cosine "because you saved" would make readers laugh. */
const ALIKE = 0.3;

const didWhat: Readonly<Record<number, string>> = {
  [actionCodes.upvote]: 'upvoted',
  [actionCodes.save]: 'saved',
  [actionCodes.rate]: 'rated',
  [actionCodes.seed]: 'chose',
  [actionCodes.open]: 'opened',
  [actionCodes.outbound]: 'opened',
  [actionCodes.dwell]: 'read',
  [actionCodes.share]: 'shared',
  [actionCodes.comment]: 'commented on',
};

/** How an item came to its place, beside its findings. */
export interface Placing {
  /** Its slot was given to chance. */
  readonly explored: boolean;
  /** The reader has no history yet, on a surface that would use it. */
  readonly starting: boolean;
}

/**
 * Why an item is there, in plain words, strongest first, at most three and never none. Names only papers of this reader's own history that they did not hide; of other readers only counts.
 */
export const reasonsFor = (query: RankQuery, candidate: Candidate, { explored, starting }: Placing): Reason[] => {
  const reasons = [
    explored ? explores(query, candidate) : null,
    matches(query, candidate),
    followed(query, candidate),
    alike(query, candidate),
    linked(query, candidate),
    byKnownAuthor(query, candidate),
    readTogether(query, candidate),
    starting ? { kind: 'starting', text: 'popular or new, while we learn what you like' } : null,
    rising(query, candidate),
    fresh(query, candidate),
    popular(query, candidate),
  ].filter((reason) => reason !== null);
  return reasons.length > 0 ? reasons.slice(0, MAX_REASONS) : [listed(query, candidate)];
};

const short = (name: string): string =>
  name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…` : name;

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

const explores = ({ state, history }: RankQuery, { paper }: Candidate): Reason => {
  const topicsOf = (each: number): readonly number[] =>
    (state.papers.factsOf(each)?.topics ?? []).map((topic) => state.entities.canonicalOf(topic));
  const usual = new Set(history.flatMap((engagement) => topicsOf(engagement.paper)));
  const beyond = usual.size > 0 && !topicsOf(paper).some((topic) => usual.has(topic));
  return { kind: 'explore', text: beyond ? 'explores beyond your usual topics' : 'explores: few readers were shown it yet' };
};

const matches = ({ request }: RankQuery, { findings }: Candidate): Reason | null =>
  findings.some(({ source }) => source === 'search') ? { kind: 'search', text: `matches "${short(request.query ?? '')}"` } : null;

const followed = ({ state, reader }: RankQuery, { paper }: Candidate): Reason | null => {
  const facts = state.papers.factsOf(paper);
  if (facts === null || reader === null || reader.followed.size === 0) return null;
  const named = [...facts.authors, ...(facts.organization < 0 ? [] : [facts.organization]), ...facts.topics];
  const via = named.find((entity) => reader.followed.has(state.entities.canonicalOf(entity)));
  return via === undefined ? null : { kind: 'followed', text: `you follow ${short(state.entities.spellingOf(via))}` };
};

/** The paper of the reader's history nearest to this one, or, for `similar`, the paper it started from. */
const alike = (query: RankQuery, { paper, findings }: Candidate): Reason | null => {
  const { state, origin, history } = query;
  if (origin !== null) {
    return findings.some(({ source }) => source === 'similar') ? titled(query, 'similar', origin, (title) => `similar to ${title}`) : null;
  }
  let nearest: Engagement | null = null;
  let most = ALIKE;
  for (const engagement of history) {
    const vector = state.vectors.get(engagement.paper);
    const similarity = vector === null ? 0 : state.vectors.dot(paper, vector);
    if (similarity > most && engagement.paper !== paper) [nearest, most] = [engagement, similarity];
  }
  return nearest === null
    ? null
    : titled(query, 'similar', nearest.paper, (title) => `because you ${didWhat[nearest.action] ?? 'read'} ${title}`);
};

/** A citation between the paper and the newest such paper of the history. */
const linked = (query: RankQuery, { paper, findings }: Candidate): Reason | null => {
  if (!findings.some(({ source }) => source === 'cited')) return null;
  const link = query.profile.links.get(paper)?.[0];
  const action = query.history.find((engagement) => engagement.paper === link?.paper)?.action;
  if (link === undefined || action === undefined) return null;
  const how = link.cites ? 'cites' : 'is cited by';
  return titled(query, 'cited', link.paper, (title) => `${how} ${title}, which you ${didWhat[action] ?? 'read'}`);
};

/** Papers of the history that must name an author before we say so: one may be chance. */
const KNOWN_AUTHOR_PAPERS = 2;

/** The author of the paper that most papers of the history name. */
const byKnownAuthor = ({ state, profile }: RankQuery, { paper }: Candidate): Reason | null => {
  let [known, most] = [-1, KNOWN_AUTHOR_PAPERS - 1];
  for (const author of state.papers.factsOf(paper)?.authors ?? []) {
    const count = profile.papersNaming(author);
    if (count > most) [known, most] = [author, count];
  }
  return known < 0
    ? null
    : { kind: 'author', text: `by ${short(state.entities.spellingOf(known))}, an author of ${most} papers you chose` };
};

const readTogether = (query: RankQuery, { findings }: Candidate): Reason | null => {
  const via = findings.find(({ source }) => source === 'co-read')?.via;
  if (via === undefined) return null;
  const engagement = query.history.find(({ paper }) => paper === via);
  if (engagement === undefined)
    return via === query.origin ? titled(query, 'co-read', via, (title) => `readers of ${title} also read this`) : null;
  return titled(query, 'co-read', via, (title) => `readers of ${title}, which you ${didWhat[engagement.action] ?? 'read'}, also read this`);
};

/** Never names what the reader hid, not even where they began from it. */
const titled = ({ state, reader }: RankQuery, kind: string, paper: number, text: (title: string) => string): Reason | null => {
  const facts = state.papers.factsOf(paper);
  const isHidden = reader !== null && anyVersion(state, paper, (record) => reader.hidden.has(record));
  return facts === null || isHidden ? null : { kind, text: text(`“${short(facts.title)}”`), paperId: facts.id };
};

const rising = ({ state, now }: RankQuery, { paper }: Candidate): Reason | null => {
  let votes = 0;
  const since = now - RISING_HOURS * HOUR_MS;
  state.counts.forEach(paper, (bucket, action, count) => {
    if (action === actionCodes.upvote && bucket * BUCKET_MS > since) votes += count;
  });
  return votes === 0 ? null : { kind: 'rising', text: `rising: ${counted(votes, 'vote')} in the last ${RISING_HOURS} hours` };
};

const fresh = ({ state, now }: RankQuery, { paper }: Candidate): Reason | null => {
  const age = now - (state.papers.factsOf(paper)?.since ?? 0);
  if (age < DAY_MS) return { kind: 'new', text: 'new today' };
  return age < 7 * DAY_MS ? { kind: 'new', text: 'new this week' } : null;
};

const popular = ({ state }: RankQuery, { paper }: Candidate): Reason | null => {
  const upvotes = state.decayed.upvotesOf(paper) + (state.papers.factsOf(paper)?.upvotes ?? 0);
  return upvotes === 0 ? null : { kind: 'popular', text: `${counted(upvotes, 'upvote')} so far` };
};

const listed = ({ state }: RankQuery, { paper }: Candidate): Reason => ({
  kind: 'listed',
  text: `listed on ${new Date(state.papers.factsOf(paper)?.since ?? 0).toISOString().slice(0, 10)}`,
});
