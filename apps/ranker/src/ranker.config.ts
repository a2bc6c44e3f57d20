import { z } from 'zod';
import {
  adminBlock,
  brokerBlock,
  brokerRule,
  databaseBlock,
  integer,
  loggingBlock,
  milliseconds,
  modelsBlock,
  number,
  port,
  seconds,
  tracesBlock,
} from '#config';

const modelMaxMs = number(1, 10_000)
  .default(100)
  .describe('Longest that a model may take for 512 rows (99th percentile of 100 runs) when it is loaded; a slower one never serves.');

/** Settings of the command `models`. */
export const modelsConfigSchema = z.object({ DATABASE_URL: databaseBlock.DATABASE_URL, ...modelsBlock, MODEL_MAX_MS: modelMaxMs });

/** Every setting of the ranker: type, range, unit, default. Read once, in `main.ts`. */
export const rankerConfigSchema = z
  .object({
    ...loggingBlock,
    ...adminBlock(9020),
    ...databaseBlock,
    ...brokerBlock,
    ...tracesBlock,
    RPC_PORT: port.default(7020).describe('Port of the Rank calls (Nest TCP). Further replicas on one machine add 1 each.'),
    REPLICA_ID: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,60}$/, 'must be 1 to 60 of A-Z a-z 0-9 . _ -')
      .default('0')
      .describe('Tells replicas apart; stable over restarts, so that lag tools see one consumer a replica.'),
    ...modelsBlock,
    MODEL_MAX_MS: modelMaxMs,
    MODELS_POLL_S: seconds(1, 3600).default(10).describe('Time between two looks at the model registry.'),
    SNAPSHOT_INTERVAL_S: seconds(1, 86_400).default(60).describe('Time between two snapshots of a state that changes.'),
    SNAPSHOTS_KEPT: integer(1, 100).default(3).describe('Snapshots kept; older ones are the fall-back of a damaged one.'),
    RESTORE_WAIT_S: seconds(0, 600)
      .default(10)
      .describe('How long a start waits for a database that is away before it folds the whole log instead.'),
    FOLD_SLICE_MS: number(0.5, 100).default(4).describe('Longest stretch of folding before requests get their turn.'),
    FOLD_PATIENCE_MS: number(0, 1000).default(20).describe('Longest that a slice of folding is put off while requests are ranked.'),
    READY_LAG_RECORDS: integer(0, 1_000_000)
      .default(200)
      .describe('Records a starting replica may still be behind when it begins to answer.'),
    READY_LAG_S: seconds(1, 86_400).default(60).describe('Lag in seconds beyond which a replica calls itself not ready.'),
    RANK_CONCURRENCY: integer(1, 256).default(8).describe('Requests ranked at the same time.'),
    RANK_HELD: integer(1, 100_000).default(256).describe('Requests held at all; one more is refused as RANKER_BUSY.'),
    RANK_WAIT_SHARE: number(0, 0.95).default(0.5).describe("Share of a request's budget spent waiting for its reader's own writes."),
    FEATURES_SHARE: number(0, 1).default(0.05).describe('Share of answers whose feature values are recorded in feed.served.v1.'),
    SERVED_BUFFER: integer(1, 1_000_000).default(2000).describe('Answers held for feed.served.v1 while the log is away.'),
    DRAIN_MS: milliseconds(0, 60_000)
      .default(1500)
      .describe('Time between "not ready" and the end of the sockets, for balancers to notice.'),
  })
  .superRefine(brokerRule);

export type RankerConfig = Readonly<z.output<typeof rankerConfigSchema>>;
