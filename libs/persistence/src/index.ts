export { ApiKeys, type ApiKey } from './api-keys.js';
export {
  type ArchiveClaim,
  ArchiveFencedFailure,
  ArchiveMovedFailure,
  ArchivePositions,
  type TopicPartition,
} from './archive/archive-positions.js';
export { type AppendOutcome, InteractionArchive } from './archive/interaction-archive.js';
export { ID_HORIZON_MS, InteractionIds } from './archive/interaction-ids.js';
export { type ArchivedInteraction, isLate } from './archive/interaction-row.js';
export { PaperArchive, type PaperChange, type StoredPaper } from './archive/paper-archive.js';
export type { RefusedInteraction } from './archive/refused-interactions.js';
export { type Checkpoint, Checkpoints } from './checkpoints.js';
export { createDataSource, type DatabaseOptions } from './data-source.js';
export { type DatabaseFault, databaseFault, sqlState } from './database-fault.js';
export { DigestDeliveries, type DigestDelivery, type DigestKey } from './digest-deliveries.js';
export { type LockOutcome, Locks } from './locks.js';
export { isMigrated, migrate } from './migrate.js';
export { type ModelAssignment, ModelRegistry } from './model-registry.js';
export { ModelReplicas, type ReplicaModels, type ReplicaProblem, type ReplicaReport, type ServedPart } from './model-replicas.js';
export type { ModelRole } from './entities/model.entity.js';
export { poolConnections } from './pool-connections.js';
export { type ParkedRecord, type RedrivenTo, type RedriveState, Redrives } from './redrives.js';
export { packState, RANKER_SNAPSHOTS, SNAPSHOT_PACKING_VERSION, SnapshotPackingFailure, unpackState } from './snapshot-packing.js';
export { type LatestSnapshot, type NewSnapshot, type Snapshot, SnapshotDamagedFailure, type SnapshotInfo, Snapshots } from './snapshots.js';
/** Named here so that apps need no dependency on the ORM's other names. */
export type { DataSource, EntityManager } from 'typeorm';
