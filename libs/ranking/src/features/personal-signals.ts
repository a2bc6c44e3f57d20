import type { Candidate, RankQuery } from '../pipeline/stages.js';
import { ageHoursOf } from '../state/paper-facts.js';
import { rankedSources, type PaperSignals, type PersonalSignals, type SourceSignal } from './signals.js';

/** Papers nearest to a candidate whose cosines are averaged. */
const TOP = 3;

const notProposed: SourceSignal = { rank: 0, z: 0, score: 0 };

/** Signals that were read of the state and wait for the one that a model says. */
export type UnscoredSignals = Omit<PersonalSignals, 'trendingScore'> & { trendingScore: number };

/**
 * Reads the signals of all candidates for the query's reader, but `trendingScore`, which is 0 until `trendingScored`.
 * @param papers signals of each candidate's paper.
 */
export const personalSignals = (query: RankQuery, candidates: readonly Candidate[], papers: readonly PaperSignals[]): UnscoredSignals[] => {
  const history = query.history.flatMap(({ paper }) => query.state.vectors.get(paper) ?? []);
  const pace = paceOf(query);
  const last = query.history[0] === undefined ? null : query.state.vectors.get(query.history[0].paper);
  const words = query.profile.words.against(candidates.map(({ paper }) => paper));
  return candidates.map(({ paper, findings }, i) => ({
    paper: papers[i]!,
    sources: sourceSignals(findings),
    tasteSimilarity: cosine(query, paper, query.taste),
    ...similarities(query, paper, history),
    lastSimilarity: cosine(query, paper, last),
    hiddenSimilarity: cosine(query, paper, query.aversion),
    readerStateSimilarity: cosine(query, paper, query.readerState),
    textSimilarity: words.mean[i]!,
    textTop3: words.top3[i]!,
    ...overlapsOf(query, paper),
    ...followsOf(query, paper),
    trendingScore: 0,
    historySize: query.reader?.history.length ?? 0,
    paceLogHours: pace,
    exposures: exposuresOf(query, paper),
  }));
};

/** @param trending the trending model's score of each, standardised over the list. */
export const trendingScored = (signals: readonly UnscoredSignals[], trending: ArrayLike<number>): readonly PersonalSignals[] => {
  signals.forEach((signal, i) => (signal.trendingScore = trending[i]!));
  return signals;
};

const sourceSignals = (findings: Candidate['findings']): PersonalSignals['sources'] => {
  const signals: Record<string, SourceSignal> = {};
  for (const source of rankedSources) signals[source] = findings.find((finding) => finding.source === source) ?? notProposed;
  return signals as PersonalSignals['sources']; // every ranked source was just set
};

const cosine = ({ state }: RankQuery, paper: number, direction: Float32Array | null): number =>
  direction === null ? 0 : state.vectors.dot(paper, direction);

const similarities = (
  { state }: RankQuery,
  paper: number,
  history: readonly Float32Array[],
): { topSimilarity: number; meanSimilarity: number } => {
  if (history.length === 0 || !state.vectors.has(paper)) return { topSimilarity: 0, meanSimilarity: 0 };
  let [first, second, third, sum] = [-2, -2, -2, 0];
  for (const vector of history) {
    const similarity = state.vectors.dot(paper, vector);
    sum += similarity;
    if (similarity > first) [first, second, third] = [similarity, first, second];
    else if (similarity > second) [second, third] = [similarity, second];
    else if (similarity > third) third = similarity;
  }
  const tops = [first, second, third].slice(0, Math.min(TOP, history.length));
  return { topSimilarity: tops.reduce((total, top) => total + top, 0) / tops.length, meanSimilarity: sum / history.length };
};

type Overlapping =
  | 'citationLinks'
  | 'referencesInCommon'
  | 'authorOverlap'
  | 'authorOverlapTop'
  | 'authorShare'
  | 'topicOverlap'
  | 'organizationOverlap'
  | 'codeOwnerOverlap'
  | 'submitterOverlap';

const overlapsOf = ({ profile }: RankQuery, paper: number): Pick<PersonalSignals, Overlapping> => {
  const { authors, topics, references, organization, codeOwner, submitter, citationLinks } = profile.overlapsWith(paper);
  return {
    citationLinks,
    referencesInCommon: references.top,
    authorOverlap: authors.mean,
    authorOverlapTop: authors.top,
    authorShare: authors.share,
    topicOverlap: topics.top,
    organizationOverlap: organization,
    codeOwnerOverlap: codeOwner,
    submitterOverlap: submitter,
  };
};

const followsOf = (
  { reader, state }: RankQuery,
  paper: number,
): Pick<PersonalSignals, 'followsTopic' | 'followsAuthor' | 'followsOrganization'> => {
  const facts = state.papers.factsOf(paper);
  if (reader === null || reader.followed.size === 0 || facts === null)
    return { followsTopic: false, followsAuthor: false, followsOrganization: false };
  const follows = (entity: number): boolean => reader.followed.has(state.entities.canonicalOf(entity));
  return {
    followsTopic: facts.topics.some(follows),
    followsAuthor: facts.authors.some(follows),
    followsOrganization: facts.organization >= 0 && follows(facts.organization),
  };
};

/** Mean of log1p(age) of papers when the reader engaged with them: the same reader reads at a similar pace tomorrow. */
const paceOf = ({ history, state }: RankQuery): number | null => {
  const ages = history.flatMap(({ paper, time }) => {
    const facts = state.papers.factsOf(paper);
    return facts === null ? [] : [Math.log1p(ageHoursOf(facts, time))];
  });
  return ages.length === 0 ? null : ages.reduce((sum, age) => sum + age, 0) / ages.length;
};

const exposuresOf = ({ reader, state }: RankQuery, paper: number): number =>
  reader === null || state.read.has(reader.reader, paper) ? 0 : (reader.shown.get(paper) ?? 0);
