import { ModelReplicas } from '#persistence';
import { ReplicaReports, type OwnReport } from '../models/replica-reports.js';
import type { Database } from './database.js';

/** Reports of this replica in PostgreSQL, beside the registry. */
export class PostgresReplicaReports extends ReplicaReports {
  constructor(
    private readonly database: Database,
    private readonly replica: string,
    private readonly heartbeatS: number,
  ) {
    super();
  }

  override async send(report: OwnReport): Promise<void> {
    await (await this.replicas()).report({ ...report, replica: this.replica, heartbeatS: this.heartbeatS });
  }

  override async leave(): Promise<void> {
    await (await this.replicas()).leave(this.replica);
  }

  private async replicas(): Promise<ModelReplicas> {
    return new ModelReplicas(await this.database.connected());
  }
}
