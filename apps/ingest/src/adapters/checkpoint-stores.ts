import type { Checkpoint, Checkpoints } from '#persistence';
import { CheckpointStore } from '../connectors/run-connector.js';

/** Checkpoints in PostgreSQL. */
export class PostgresCheckpointStore extends CheckpointStore {
  constructor(private readonly checkpoints: Checkpoints) {
    super();
  }

  load(connector: string, scope: string): Promise<Checkpoint | null> {
    return this.checkpoints.load(connector, scope);
  }

  save(connector: string, scope: string, checkpoint: Checkpoint): Promise<void> {
    return this.checkpoints.save(connector, scope, checkpoint);
  }
}

/** Remembers nothing: a dry run begins at the beginning and leaves no trace. */
export class NoCheckpoints extends CheckpointStore {
  async load(): Promise<null> {
    return null;
  }

  async save(): Promise<void> {
    return undefined;
  }
}
