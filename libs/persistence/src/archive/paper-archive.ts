import { dataSchemas, type EpochMs, eventTypes, type Paper, paperSchema, type PaperUpserted, paperUpsertedSchema } from '#contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { PaperRow } from '../entities/paper.entity.js';

/** What a record of `papers.v1` says of a paper: its newest version, or that it was withdrawn. */
export type PaperChange = {
  readonly id: string;
  readonly partition: number;
  readonly offset: bigint;
  /** When the log took the record. */
  readonly timestamp: EpochMs;
} & ({ readonly kind: 'upserted'; readonly event: PaperUpserted } | { readonly kind: 'withdrawn' });

export interface StoredPaper {
  readonly paper: Paper | null;
  readonly withdrawnAt: Date | null;
}

/** What a batch says of one paper: its newest change, and the last document before it was withdrawn. */
interface Latest {
  readonly change: PaperChange;
  readonly document: PaperUpserted | null;
}

/** Within a partition a later offset replaces an earlier one. */
const latestOf = (changes: readonly PaperChange[]): readonly Latest[] => {
  const latest = new Map<string, Latest>();
  for (const change of changes.toSorted((a, b) => (a.offset < b.offset ? -1 : 1))) {
    const document = change.kind === 'upserted' ? change.event : (latest.get(change.id)?.document ?? null);
    latest.set(change.id, { change, document });
  }
  return [...latest.values()];
};

const columns = [
  ['id', 'text'],
  ['document', 'text'],
  ['event_id', 'text'],
  ['recordedtime', 'timestamptz'],
  ['withdrawn_at', 'timestamptz'],
  ['log_partition', 'integer'],
  ['log_offset', 'bigint'],
] as const;

const valuesOf = ({ change, document }: Latest): readonly unknown[] => {
  const taken = new Date(change.timestamp).toISOString();
  return [
    change.id,
    document === null ? null : JSON.stringify(document.data),
    document?.id ?? null,
    change.kind === 'upserted' ? change.event.recordedtime : taken,
    change.kind === 'upserted' ? null : taken,
    change.partition,
    change.offset.toString(),
  ];
};

/** Searchable columns are read out of the document by the server: one source, no second mapping. A withdrawal keeps the last document. */
const upsertStatement = `
  INSERT INTO papers AS p (id, document, title, published_at, listed_on, organization, topics, source, event_id, recordedtime, withdrawn_at, log_partition, log_offset)
  SELECT id, doc, doc->>'title', (doc->>'publishedAt')::timestamptz, (doc->>'listedOn')::date, doc->'organization'->>'name',
         ARRAY(SELECT jsonb_array_elements_text(coalesce(doc->'topics', '[]'))), doc->>'source', event_id, recordedtime, withdrawn_at, log_partition, log_offset
  FROM unnest(${columns.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ')}) AS change (${columns.map(([name]) => name).join(', ')}),
       LATERAL (SELECT change.document::jsonb AS doc) AS parsed
  ON CONFLICT (id) DO UPDATE SET
    document = coalesce(excluded.document, p.document),
    title = coalesce(excluded.title, p.title),
    published_at = CASE WHEN excluded.document IS NULL THEN p.published_at ELSE excluded.published_at END,
    listed_on = CASE WHEN excluded.document IS NULL THEN p.listed_on ELSE excluded.listed_on END,
    organization = CASE WHEN excluded.document IS NULL THEN p.organization ELSE excluded.organization END,
    topics = CASE WHEN excluded.document IS NULL THEN p.topics ELSE excluded.topics END,
    source = coalesce(excluded.source, p.source),
    event_id = coalesce(excluded.event_id, p.event_id),
    recordedtime = excluded.recordedtime,
    withdrawn_at = excluded.withdrawn_at,
    log_partition = excluded.log_partition,
    log_offset = excluded.log_offset
  WHERE p.log_offset < excluded.log_offset
  RETURNING 1`;

interface ChangeRow {
  readonly id: string;
  readonly document: unknown;
  readonly event_id: string | null;
  readonly recordedtime: Date;
  readonly withdrawn_at: Date | null;
  readonly log_partition: number;
  readonly log_offset: string;
}

const changeOf = (row: ChangeRow): PaperChange => {
  const at = { id: row.id, partition: row.log_partition, offset: BigInt(row.log_offset), timestamp: row.recordedtime.getTime() };
  if (row.withdrawn_at !== null) return { ...at, kind: 'withdrawn' };
  const recordedtime = row.recordedtime.toISOString();
  return {
    ...at,
    kind: 'upserted',
    event: paperUpsertedSchema.parse({
      specversion: '1.0',
      id: row.event_id,
      source: 'urn:broadsheet:archive',
      type: eventTypes.paperUpserted,
      time: recordedtime,
      recordedtime,
      dataschema: dataSchemas.paperUpserted,
      data: row.document,
    }),
  };
};

/** The archive of `papers.v1`: one current row a paper, the newest by log offset, withdrawn ones marked and kept. */
export class PaperArchive {
  constructor(private readonly dataSource: DataSource) {}

  /** Applies the changes inside the caller's transaction; answers how many rows changed (older news changes nothing). */
  async apply(transaction: EntityManager, changes: readonly PaperChange[]): Promise<number> {
    if (changes.length === 0) return 0;
    const rows = latestOf(changes).map(valuesOf);
    const written: unknown[] = await transaction.query(
      upsertStatement,
      columns.map((_, column) => rows.map((row) => row[column])),
    );
    return written.length;
  }

  /** The log of a partition was replaced: any record of the new one is newer than what we have. */
  async forgetOffsets(transaction: EntityManager, partition: number): Promise<void> {
    await transaction.query('UPDATE papers SET log_offset = -1 WHERE log_partition = $1', [partition]);
  }

  /** The offset of the newest record of each of these papers that is archived, within the partition of its key. */
  async offsetsOf(ids: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const rows: { id: string; log_offset: string }[] = await this.dataSource.query(
      'SELECT id, log_offset FROM papers WHERE id = ANY ($1::text[])',
      [ids],
    );
    return new Map(rows.map(({ id, log_offset }) => [id, BigInt(log_offset)]));
  }

  async find(id: string): Promise<StoredPaper | null> {
    const row = await this.dataSource.manager.findOneBy(PaperRow, { id });
    if (row === null) return null;
    return { paper: row.document === null ? null : paperSchema.parse(row.document), withdrawnAt: row.withdrawnAt };
  }

  /** Every paper that is not withdrawn, by id. */
  async *current(pageSize = 1_000): AsyncIterable<Paper> {
    for (let after = ''; ;) {
      const rows: { id: string; document: unknown }[] = await this.dataSource.query(
        `SELECT id, document FROM papers WHERE withdrawn_at IS NULL AND id > $1 ORDER BY id LIMIT $2`,
        [after, pageSize],
      );
      yield* rows.map((row) => paperSchema.parse(row.document));
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      after = last.id;
    }
  }

  /**
   * The newest change of each paper of one partition with an offset in [from, to), in offset order: what compaction would have left of the log. An event as it can be told
   * from its row: the source and the client's time of it are not archived.
   */
  async *between(partition: number, from: bigint, to: bigint, pageSize = 1_000): AsyncIterable<PaperChange> {
    for (let next = from; ;) {
      const rows: ChangeRow[] = await this.dataSource.query(
        `SELECT id, document, event_id, recordedtime, withdrawn_at, log_partition, log_offset FROM papers
         WHERE log_partition = $1 AND log_offset >= $2 AND log_offset < $3 ORDER BY log_offset LIMIT $4`,
        [partition, next.toString(), to.toString(), pageSize],
      );
      yield* rows.map(changeOf);
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      next = BigInt(last.log_offset) + 1n;
    }
  }

  /** Per partition that has any, the first offset of what the log took at or after `time`. */
  async offsetsAt(time: EpochMs): Promise<ReadonlyMap<number, bigint>> {
    const rows: { log_partition: number; first: string }[] = await this.dataSource.query(
      `SELECT log_partition, min(log_offset) AS first FROM papers WHERE recordedtime >= $1 AND log_offset >= 0 GROUP BY log_partition`,
      [new Date(time).toISOString()],
    );
    return new Map(rows.map(({ log_partition, first }) => [log_partition, BigInt(first)]));
  }

  async count(): Promise<number> {
    const [row] = await this.dataSource.query<{ n: number }[]>('SELECT count(*)::integer AS n FROM papers WHERE withdrawn_at IS NULL');
    return row?.n ?? 0;
  }
}
