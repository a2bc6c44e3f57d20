import fc from 'fast-check';
import { featureHash, type Feature } from './feature.js';
import { personalFeatureNames, personalFeatures } from './personal-features.js';
import { rankedSources, recentHours, unknownPaper, upvoteHalfLives, type PaperSignals, type PersonalSignals } from './signals.js';
import { trendingFeatureNames, trendingFeatures } from './trending-features.js';

const stranger: PersonalSignals = {
  paper: unknownPaper,
  sources: {
    trending: { rank: 0, z: 0, score: 0 },
    fresh: { rank: 0, z: 0, score: 0 },
    similar: { rank: 0, z: 0, score: 0 },
    'co-read': { rank: 0, z: 0, score: 0 },
    followed: { rank: 0, z: 0, score: 0 },
    text: { rank: 0, z: 0, score: 0 },
    cited: { rank: 0, z: 0, score: 0 },
    'reader-state': { rank: 0, z: 0, score: 0 },
  },
  tasteSimilarity: 0,
  topSimilarity: 0,
  meanSimilarity: 0,
  hiddenSimilarity: 0,
  lastSimilarity: 0,
  readerStateSimilarity: 0,
  textSimilarity: 0,
  textTop3: 0,
  referencesInCommon: 0,
  authorOverlap: 0,
  authorOverlapTop: 0,
  authorShare: 0,
  topicOverlap: 0,
  organizationOverlap: 0,
  codeOwnerOverlap: 0,
  submitterOverlap: 0,
  citationLinks: 0,
  followsTopic: false,
  followsAuthor: false,
  followsOrganization: false,
  trendingScore: 0,
  historySize: 0,
  paceLogHours: null,
  exposures: 0,
};

const valueOf = <S>(features: readonly Feature<S>[], name: string, signals: S): number =>
  features.find((feature) => feature.name === name)!.read(signals);

describe('trending features', () => {
  it.each([
    { why: 'an upvote under one hour', name: 'upvotes_1h', paper: { upvotes: [0, 3, 0, 0, 0, 0, 0, 0] }, expected: Math.log(4) },
    { why: 'age', name: 'log_age_hours', paper: { ageHours: 24 }, expected: Math.log(25) },
    {
      why: 'a steady stream of one vote an hour has no velocity',
      name: 'velocity',
      paper: { upvotes: upvoteHalfLives.map((h) => h / Math.LN2) },
      expected: 0,
    },
    {
      why: 'votes of this hour only are a rise',
      name: 'velocity',
      paper: { upvotes: upvoteHalfLives.map(() => 1) },
      expected: Math.log(1.05 / (1 / 24 + 0.05)),
    },
    { why: 'an unknown organisation has no record', name: 'organization_record', paper: {}, expected: 0 },
    {
      why: 'a record is votes a paper, with two papers of none',
      name: 'organization_record',
      paper: { organization: { papers: 8, votes: 90 } },
      expected: Math.log(10),
    },
    {
      why: 'an organisation without other papers is known, without record',
      name: 'has_organization',
      paper: { organization: { papers: 0, votes: 0 } },
      expected: 1,
    },
    {
      why: 'votes of the last hour alone',
      name: 'upvotes_last_1h',
      paper: { recentUpvotes: recentHours.map((hours) => (hours === 1 ? 6 : 0)) },
      expected: Math.log(7),
    },
    {
      why: 'the best known author speaks for a paper',
      name: 'author_record',
      paper: {
        authors: [
          { papers: 0, votes: 0 },
          { papers: 8, votes: 90 },
          { papers: 1, votes: 3 },
        ],
      },
      expected: Math.log(10),
    },
    {
      why: 'and all of them in the mean',
      name: 'author_record_mean',
      paper: {
        authors: [
          { papers: 0, votes: 0 },
          { papers: 8, votes: 90 },
        ],
      },
      expected: Math.log(10) / 2,
    },
    { why: 'a paper without named authors has no record of them', name: 'author_record_mean', paper: {}, expected: 0 },
    { why: 'code', name: 'has_code', paper: { hasCode: true }, expected: 1 },
  ])('$why', ({ name, paper, expected }) => {
    expect(valueOf(trendingFeatures, name, { ...unknownPaper, ...paper })).toBeCloseTo(expected, 9);
  });
});

describe('personal features', () => {
  it.each([
    {
      why: 'second place in a source is a half',
      name: 'rank_similar',
      signals: { sources: { ...stranger.sources, similar: { rank: 2, z: 1.5, score: 0.4 } } },
      expected: 0.5,
    },
    { why: 'a source that did not propose it gives nothing', name: 'rank_co_read', signals: {}, expected: 0 },
    {
      why: 'scores are standardised',
      name: 'z_similar',
      signals: { sources: { ...stranger.sources, similar: { rank: 2, z: 1.5, score: 0.4 } } },
      expected: 1.5,
    },
    { why: 'a paper nobody met is cold', name: 'cold_paper', signals: {}, expected: 1 },
    { why: 'a voted one is not', name: 'cold_paper', signals: { paper: { ...unknownPaper, upvotesTotal: 1 } }, expected: 0 },
    { why: 'three papers are a history', name: 'cold_reader', signals: { historySize: 3 }, expected: 0 },
    {
      why: 'as fresh as the reader likes it',
      name: 'freshness_pace',
      signals: { paper: { ...unknownPaper, ageHours: 47 }, paceLogHours: Math.log(48) },
      expected: 0,
    },
  ])('$why', ({ name, signals, expected }) => {
    expect(valueOf(personalFeatures, name, { ...stranger, ...signals })).toBeCloseTo(expected, 9);
  });
});

/** Anything that a state could hold, and what it never should. */
const amount = fc.oneof(fc.nat(1000), fc.constantFrom(0, 1e-300, 1e9, 4e9), fc.double({ min: 0, max: 1e12, noNaN: true }));
const anyPaper: fc.Arbitrary<PaperSignals> = fc.record({
  upvotes: fc.array(amount, { minLength: 8, maxLength: 8 }),
  recentUpvotes: fc.array(amount, { minLength: recentHours.length, maxLength: recentHours.length }),
  opens: fc.array(amount, { minLength: 4, maxLength: 4 }),
  comments: fc.array(amount, { minLength: 4, maxLength: 4 }),
  upvotesTotal: amount,
  ageHours: amount,
  sourceUpvotes: amount,
  sourceComments: amount,
  organization: fc.option(fc.record({ papers: amount, votes: amount })),
  submitter: fc.option(fc.record({ papers: amount, votes: amount })),
  codeOwner: fc.option(fc.record({ papers: amount, votes: amount })),
  authors: fc.array(fc.record({ papers: amount, votes: amount }), { maxLength: 5 }),
  hasCode: fc.boolean(),
  stars: fc.option(amount),
  authorCount: amount,
});
const cosine = fc.double({ min: -1.0001, max: 1.0001, noNaN: true });
const finding = fc.record({
  rank: fc.nat(200),
  z: fc.double({ min: -50, max: 50, noNaN: true }),
  score: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
});
const anyone: fc.Arbitrary<PersonalSignals> = fc.record({
  paper: anyPaper,
  sources: fc.record({
    trending: finding,
    fresh: finding,
    similar: finding,
    text: finding,
    'co-read': finding,
    cited: finding,
    followed: finding,
    'reader-state': finding,
  }),
  tasteSimilarity: cosine,
  topSimilarity: cosine,
  meanSimilarity: cosine,
  hiddenSimilarity: cosine,
  lastSimilarity: cosine,
  readerStateSimilarity: cosine,
  textSimilarity: cosine,
  textTop3: cosine,
  referencesInCommon: cosine,
  authorOverlap: cosine,
  authorOverlapTop: cosine,
  authorShare: cosine,
  topicOverlap: cosine,
  organizationOverlap: cosine,
  codeOwnerOverlap: cosine,
  submitterOverlap: cosine,
  citationLinks: amount,
  followsTopic: fc.boolean(),
  followsAuthor: fc.boolean(),
  followsOrganization: fc.boolean(),
  trendingScore: fc.double({ min: -50, max: 50, noNaN: true }),
  historySize: amount,
  paceLogHours: fc.option(fc.double({ min: 0, max: 14, noNaN: true })),
  exposures: amount,
});

const staysInRange = <S>(features: readonly Feature<S>[], signals: S): void => {
  for (const { name, range, read } of features) {
    const value = read(signals);
    if (!(Number.isFinite(value) && value >= range[0] && value <= range[1]))
      throw new Error(`${name} is ${value}, outside ${range.join(' to ')}`);
  }
};

describe('feature lists', () => {
  it('stay finite and in their ranges, whatever the signals', () => {
    fc.assert(fc.property(anyPaper, (signals) => staysInRange(trendingFeatures, signals)));
    fc.assert(fc.property(anyone, (signals) => staysInRange(personalFeatures, signals)));
  });

  it('have names of their own that a manifest can hold', () => {
    for (const names of [trendingFeatureNames, personalFeatureNames]) {
      expect(new Set(names).size).toBe(names.length);
      expect(names.every((name) => /^[a-z][a-z0-9_.]*$/.test(name))).toBe(true);
    }
    expect(rankedSources).not.toContain('exploration');
  });

  it('have a hash that tells their order', () => {
    expect(featureHash(trendingFeatureNames)).not.toBe(featureHash(trendingFeatureNames.toReversed()));
    expect(featureHash(['a', 'b'])).toBe(featureHash(['a', 'b']));
  });
});
