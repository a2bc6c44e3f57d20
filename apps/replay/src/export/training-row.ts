import { personalFeatureNames, trendingFeatureNames } from '#ranking';

/** One paper of one answer, shown or a candidate, as it was known at that moment, with what the reader did on it. */
export interface TrainingRow {
  readonly requestId: string;
  /** The moment of the answer, RFC 3339. */
  readonly at: string;
  /** Null for anonymous readers. */
  readonly readerRef: string | null;
  readonly surface: string;
  /** That was asked for, or its default: the head of the trending model that ordered the answer, where that model did. */
  readonly period: string;
  readonly arm: string;
  /** Place in the answer, from 0; null for a candidate that was not shown. */
  readonly position: number | null;
  readonly paperId: string;
  readonly source: string;
  /** Probability that the paper was put there; 1 where nothing was left to chance; null for a candidate that was not shown. */
  readonly propensity: number | null;
  /** 1 where the log tells that the reader saw it: an impression, or anything done on it; else 0. */
  readonly seen: number;
  /** Gain of the best thing done on it within the hours of outcomes: 3 upvote or save, 2 comment, share or outbound, 1 open, 0 nothing. */
  readonly label: number;
  /** By `featureColumns`; null where the surface has no such feature, or the paper was no candidate when it was ranked again. */
  readonly features: readonly (number | null)[];
}

/** Names of all features: those of for-you first, then those that only trending has. */
export const featureColumns: readonly string[] = [...new Set([...personalFeatureNames, ...trendingFeatureNames])];

/** The same to a reader of each format: text, moments in UTC, whole numbers of 64 bits (CSV and NDJSON readers know no others), doubles. */
export type ColumnType = 'STRING' | 'TIMESTAMP' | 'INT64' | 'DOUBLE';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  read(row: TrainingRow): string | number | null;
}

const column = <K extends Exclude<keyof TrainingRow, 'features'>>(name: string, type: ColumnType, key: K, nullable = false): Column => ({
  name,
  type,
  nullable,
  read: (row) => row[key],
});

/** Every column in its order: the same names and values in every format. */
export const columns: readonly Column[] = [
  column('request_id', 'STRING', 'requestId'),
  column('at', 'TIMESTAMP', 'at'),
  column('reader_ref', 'STRING', 'readerRef', true),
  column('surface', 'STRING', 'surface'),
  column('period', 'STRING', 'period'),
  column('arm', 'STRING', 'arm'),
  column('position', 'INT64', 'position', true),
  column('paper_id', 'STRING', 'paperId'),
  column('source', 'STRING', 'source'),
  column('propensity', 'DOUBLE', 'propensity', true),
  column('seen', 'INT64', 'seen'),
  column('label', 'INT64', 'label'),
  ...featureColumns.map((name, at): Column => ({
    name: `f_${name}`,
    type: 'DOUBLE',
    nullable: true,
    read: ({ features }) => features[at] ?? null,
  })),
];
