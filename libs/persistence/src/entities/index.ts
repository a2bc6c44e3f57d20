import { ApiKeyRow } from './api-key.entity.js';
import { ArchivePositionRow } from './archive-position.entity.js';
import { ConnectorCheckpointRow } from './connector-checkpoint.entity.js';
import { DeadLetterRedriveRow } from './dead-letter-redrive.entity.js';
import { DigestRow } from './digest.entity.js';
import { InteractionIdRow, InteractionRow } from './interaction.entity.js';
import { ModelRow } from './model.entity.js';
import { PaperRow } from './paper.entity.js';
import { SnapshotRow } from './snapshot.entity.js';

export const entities = [
  ApiKeyRow,
  ArchivePositionRow,
  ConnectorCheckpointRow,
  DeadLetterRedriveRow,
  DigestRow,
  InteractionIdRow,
  InteractionRow,
  ModelRow,
  PaperRow,
  SnapshotRow,
] as const;
