import { activitySlices, catalogueCoverage, clusteredInterval, mean, miscalibration, novelty, topicShares } from '#ranking';
import type { Comparison, ResultTable, Row } from '../../task.js';
import type { Catalogue } from './catalogue.js';
import { gainAt } from './placing.js';
import type { Case } from './replay.js';

/** Cases of one seed, with the catalogue whose numbers they use. */
export interface SeedCases {
  readonly cases: readonly Case[];
  readonly catalogue: Catalogue;
}

export interface NamedSystem {
  readonly system: string;
  readonly role: Row['role'];
}

const DEPTH = 20;
const NDCG = `NDCG@${DEPTH}`;
const activityBorders = [1, 5, 20, 50, 200];

/** One table over all cases, and one of NDCG by how much the reader had done. */
export const tablesOf = (seeds: readonly SeedCases[], systems: readonly NamedSystem[], seed: number): ResultTable[] => {
  const cases = seeds.flatMap((one) => one.cases);
  const slices = activitySlices(
    cases.map(({ historySize }) => historySize),
    activityBorders,
  );
  return [
    {
      title: 'next choice among all papers new to the reader',
      group: 'all',
      cases: cases.length,
      measures: [NDCG, 'Recall@20', 'Recall@50', 'MRR', 'coverage@20', 'novelty@20', 'miscalibration@20'],
      rows: systems.map(({ system, role }) => ({
        system,
        role,
        values: valuesOf(seeds, cases, system),
        interval: clusteredInterval(
          gains(cases, system),
          cases.map(({ reader }) => reader),
          { seed },
        ),
      })),
    },
    {
      title: `${NDCG} by papers that the reader had taken up`,
      group: 'by activity',
      cases: cases.length,
      measures: slices.map(({ label, cases: places }) => `${label} (${places.length})`),
      rows: systems.map(({ system, role }) => ({
        system,
        role,
        values: Object.fromEntries(
          slices.map(({ label, cases: places }) => [
            `${label} (${places.length})`,
            mean(
              gains(
                places.map((place) => cases[place]!),
                system,
              ),
            ),
          ]),
        ),
        interval: null,
      })),
    },
  ];
};

/** The first system against each other one, readers resampled. */
export const comparisonsOf = (seeds: readonly SeedCases[], better: string, others: readonly string[], seed: number): Comparison[] => {
  const cases = seeds.flatMap((one) => one.cases);
  const ours = gains(cases, better);
  return others.map((worse) => {
    const theirs = gains(cases, worse);
    const difference = clusteredInterval(
      ours.map((gain, at) => gain - theirs[at]!),
      cases.map(({ reader }) => reader),
      { seed },
    );
    return { group: 'all', measure: NDCG, better, worse, difference, relative: difference.mean / Math.max(1e-9, mean(theirs)) };
  });
};

const gains = (cases: readonly Case[], system: string): number[] => cases.map(({ placed }) => gainAt(placed.get(system)!.place, DEPTH));

const valuesOf = (seeds: readonly SeedCases[], cases: readonly Case[], system: string): Row['values'] => {
  const places = cases.map(({ placed }) => placed.get(system)!.place);
  return {
    [NDCG]: mean(gains(cases, system)),
    'Recall@20': mean(places.map((place) => Number(place <= 20))),
    'Recall@50': mean(places.map((place) => Number(place <= 50))),
    MRR: mean(places.map((place) => 1 / place)),
    'coverage@20': mean(
      seeds.map((one) =>
        catalogueCoverage(
          one.cases.map(({ placed }) => placed.get(system)!.top),
          one.catalogue.size,
        ),
      ),
    ),
    'novelty@20': mean(
      cases.map(({ placed, chosenBy, readers }) =>
        novelty(
          placed.get(system)!.top.map((paper) => chosenBy.get(paper)!),
          readers,
        ),
      ),
    ),
    'miscalibration@20': mean(
      seeds.flatMap(({ cases: own, catalogue }) =>
        own.map(({ placed, history }) => {
          const topics = (papers: readonly number[]) => topicShares(papers.map((paper) => catalogue.topicsOf(paper)));
          return miscalibration(topics(history), topics(placed.get(system)!.top));
        }),
      ),
    ),
  };
};
