import type { MigrationInterface, QueryRunner } from 'typeorm';

const up = [
  // One current row per paper. `document` is null for a paper that was withdrawn before we ever saw it.
  `CREATE TABLE papers (
     id text PRIMARY KEY,
     document jsonb,
     title text,
     published_at timestamptz,
     listed_on date,
     organization text,
     topics text[] NOT NULL DEFAULT '{}',
     source text,
     event_id text,
     recordedtime timestamptz NOT NULL,
     withdrawn_at timestamptz,
     log_partition integer NOT NULL,
     log_offset bigint NOT NULL
   )`,
  `CREATE INDEX papers_listed_on ON papers (listed_on)`,
  `CREATE INDEX papers_published_at ON papers (published_at)`,
  `CREATE INDEX papers_topics ON papers USING gin (topics)`,

  // Partitions are made by InteractionArchive: days ahead, and on demand for any other day.
  `CREATE TABLE interactions (
     event_id text NOT NULL,
     source text NOT NULL,
     "time" timestamptz NOT NULL,
     recordedtime timestamptz NOT NULL,
     reader_ref text NOT NULL,
     action text NOT NULL,
     target_kind text NOT NULL,
     target_id text NOT NULL,
     "on" boolean,
     value double precision,
     session_id text,
     request_id text,
     surface text,
     "position" integer,
     client text,
     trust text NOT NULL,
     late boolean NOT NULL,
     log_partition integer NOT NULL,
     log_offset bigint NOT NULL,
     PRIMARY KEY (log_partition, log_offset, recordedtime)
   ) PARTITION BY RANGE (recordedtime)`,
  `CREATE INDEX interactions_reader ON interactions (reader_ref, recordedtime)`,

  // A unique key over a partitioned table must hold its partition key, so exact dedupe has a table of its own. Ids are of one
  // reader: clients choose them, and nobody may use up the ids of another.
  `CREATE TABLE interaction_ids (
     reader_ref text NOT NULL,
     event_id text NOT NULL,
     recordedtime timestamptz NOT NULL,
     PRIMARY KEY (reader_ref, event_id)
   )`,

  // `generation` grows with every owner: a paused owner that wakes up no longer matches and cannot write.
  `CREATE TABLE archive_positions (
     topic text NOT NULL,
     partition integer NOT NULL,
     next_offset bigint NOT NULL,
     owner text NOT NULL,
     generation bigint NOT NULL,
     updated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (topic, partition)
   )`,

  `CREATE TABLE connector_checkpoints (
     connector text NOT NULL,
     scope text NOT NULL,
     checkpoint jsonb NOT NULL,
     updated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (connector, scope)
   )`,

  `CREATE TABLE models (
     name text NOT NULL,
     version text NOT NULL,
     role text NOT NULL CHECK (role IN ('live', 'shadow', 'arm', 'retired')),
     arm text,
     share double precision CHECK (share > 0 AND share <= 1),
     updated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (name, version),
     CHECK ((role = 'arm') = (arm IS NOT NULL AND share IS NOT NULL))
   )`,
  `CREATE UNIQUE INDEX models_one_live ON models (name) WHERE role = 'live'`,

  `CREATE TABLE snapshots (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     kind text NOT NULL,
     format_version integer NOT NULL,
     replica text NOT NULL,
     positions jsonb NOT NULL,
     state_hash text NOT NULL,
     checksum bytea NOT NULL,
     size_bytes bigint NOT NULL,
     body bytea NOT NULL,
     created_at timestamptz NOT NULL
   )`,
  // State is packed already; a second compression of megabytes would only cost time.
  `ALTER TABLE snapshots ALTER COLUMN body SET STORAGE EXTERNAL`,
  `CREATE INDEX snapshots_newest ON snapshots (kind, created_at DESC)`,

  `CREATE TABLE api_keys (
     id uuid PRIMARY KEY,
     name text NOT NULL,
     hash bytea NOT NULL UNIQUE,
     scopes text[] NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz
   )`,
];

const tables = [
  'api_keys',
  'snapshots',
  'models',
  'connector_checkpoints',
  'archive_positions',
  'interaction_ids',
  'interactions',
  'papers',
];

export class Initial1764000000000 implements MigrationInterface {
  readonly name = 'Initial1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DROP TABLE ${table}`);
  }
}
