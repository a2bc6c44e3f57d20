import { personalFeatureNames } from '#ranking';
import type { PersonalList } from './personal-replay.js';

const WIDTH = personalFeatureNames.length;

/** One column of a list's rows by its name. @throws RangeError the personal model has no such feature. */
export const columnOf = ({ rows, count }: Pick<PersonalList, 'rows' | 'count'>, feature: string): Float32Array => {
  const place = placeOf(feature);
  return Float32Array.from({ length: count }, (_, row) => rows[row * WIDTH + place]!);
};

const placeOf = (feature: string): number => {
  const place = personalFeatureNames.indexOf(feature);
  if (place < 0) throw new RangeError(`the personal features have no ${feature}`);
  return place;
};

/** The list with these of its rows only, in this order. */
export const rowsKept = <T extends Pick<PersonalList, 'rows' | 'count' | 'gains' | 'paperIds'>>(list: T, kept: readonly number[]): T => {
  const rows = new Float32Array(kept.length * WIDTH);
  for (const [place, row] of kept.entries()) rows.set(list.rows.subarray(row * WIDTH, (row + 1) * WIDTH), place * WIDTH);
  return {
    ...list,
    rows,
    count: kept.length,
    gains: Float32Array.from(kept, (row) => list.gains[row]!),
    paperIds: kept.map((row) => list.paperIds[row]!),
  };
};

/**
 * The same list in an archive: papers and the reader's history all `hours` older. In the data every choice is of a new paper, and a model that
 * has only seen that takes a catalogue of old papers for one of bad papers.
 */
export const olderBy = <T extends Pick<PersonalList, 'rows'>>(list: T, hours: number): T => {
  const [age, pace] = [placeOf('log_age_hours'), placeOf('freshness_pace')];
  const rows = list.rows.slice();
  for (let at = 0; at < rows.length; at += WIDTH) {
    const logAge = rows[at + age]!;
    const older = Math.log1p(Math.expm1(logAge) + hours);
    const usual = logAge - rows[at + pace]!;
    rows[at + pace] = older - Math.log1p(Math.expm1(usual) + hours);
    rows[at + age] = older;
  }
  return { ...list, rows };
};
