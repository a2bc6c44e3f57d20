import type { DataSource } from 'typeorm';
import { z } from 'zod';

const servedPartSchema = z.object({
  model: z.string(),
  version: z.string(),
  part: z.enum(['live', 'shadow', 'arm']),
  /** Name of the experiment arm; for part `arm` only. */
  arm: z.string().optional(),
});
const problemSchema = z.object({ model: z.string(), version: z.string(), problem: z.string() });

/** A version that a replica serves, and as what. */
export type ServedPart = z.output<typeof servedPartSchema>;
/** A version that a replica refused, and why. */
export type ReplicaProblem = z.output<typeof problemSchema>;

/** What a replica made of the registry. */
export interface ReplicaReport {
  readonly replica: string;
  /** Seconds between two reports when nothing happens. */
  readonly heartbeatS: number;
  /** Revision of the registry that it has dealt with. */
  readonly revision: number;
  /** Whether it serves what the registry says; else what it served before goes on, and `problems` say why. */
  readonly adopted: boolean;
  readonly serving: readonly ServedPart[];
  readonly problems: readonly ReplicaProblem[];
}

export interface ReplicaModels extends ReplicaReport {
  /** Seconds since it last reported, by the clock of the database. */
  readonly silentS: number;
}

const rowSchema = z.object({
  replica: z.string(),
  heartbeatS: z.number(),
  revision: z.coerce.number(),
  adopted: z.boolean(),
  serving: z.array(servedPartSchema),
  problems: z.array(problemSchema),
  silentS: z.coerce.number(),
});

/** A replica that was killed leaves its row; after this it is history. */
const KEPT = '1 day';

/** Which models each ranker replica serves, by its own word. */
export class ModelReplicas {
  constructor(private readonly dataSource: DataSource) {}

  async report({ replica, heartbeatS, revision, adopted, serving, problems }: ReplicaReport): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO model_replicas (replica, seen_at, heartbeat_s, revision, adopted, serving, problems) VALUES ($1, clock_timestamp(), $2, $3, $4, $5, $6)
       ON CONFLICT (replica) DO UPDATE SET seen_at = excluded.seen_at, heartbeat_s = excluded.heartbeat_s, revision = excluded.revision,
         adopted = excluded.adopted, serving = excluded.serving, problems = excluded.problems`,
      [replica, heartbeatS, revision, adopted, JSON.stringify(serving), JSON.stringify(problems)],
    );
  }

  /** A replica that stops takes its row with it: nobody waits for it. */
  async leave(replica: string): Promise<void> {
    await this.dataSource.query(`DELETE FROM model_replicas WHERE replica = $1 OR seen_at < now() - interval '${KEPT}'`, [replica]);
  }

  async list(): Promise<readonly ReplicaModels[]> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT replica, heartbeat_s AS "heartbeatS", revision, adopted, serving, problems,
         extract(epoch FROM clock_timestamp() - seen_at) AS "silentS" FROM model_replicas ORDER BY replica`,
    );
    return rows.map((row) => rowSchema.parse(row));
  }
}
