import type { Evaluation, SideName, SidePair } from '../../evaluation/evaluation-result.js';

/** Value of one side over all requests; null where nothing could be judged. */
export const figureOf = ({ figures }: Evaluation, metric: string, side: SideName): number | null =>
  figures.find((figure) => figure.metric === metric && figure.side === side && figure.slice.by === 'all')?.value ?? null;

/** An estimate that could be made; without an interval, both ends are the value. */
export interface KnownEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export const known = ({ value, low, high }: Estimate): KnownEstimate | null =>
  value === null ? null : { value, low: low ?? value, high: high ?? value };

/** The difference of a pair over all requests; null where nothing could be judged. */
export const differenceOf = ({ differences }: Evaluation, metric: string, { better, worse }: SidePair): KnownEstimate | null => {
  const found = differences.find(
    (each) => each.metric === metric && each.better === better && each.worse === worse && each.slice.by === 'all',
  );
  return found === undefined ? null : known(found);
};

/** The interval leaves zero out. */
export const isClear = ({ low, high }: KnownEstimate): boolean => low > 0 || high < 0;

/** The two sides that a run is about: b against a where it has a b, else a against what was served. Null in a run of one side. */
export const pairOf = ({ figures, differences }: Evaluation): SidePair | null => {
  const pairs: SidePair[] = [
    { better: 'b', worse: 'a' },
    { better: 'a', worse: 'served' },
  ];
  const has = (side: SideName): boolean =>
    figures.some((figure) => figure.side === side) || differences.some(({ better, worse }) => better === side || worse === side);
  return pairs.find(({ better, worse }) => has(better) && has(worse)) ?? null;
};
