import { Initial1764000000000 } from './1764000000000-initial.js';
import { InteractionSelf1764100000000 } from './1764100000000-interaction-self.js';
import { DeadLetterRedrives1764200000000 } from './1764200000000-dead-letter-redrives.js';
import { RefusedInteractions1764300000000 } from './1764300000000-refused-interactions.js';
import { ModelChanges1764400000000 } from './1764400000000-model-changes.js';
import { ModelReplicas1764500000000 } from './1764500000000-model-replicas.js';
import { Digests1764600000000 } from './1764600000000-digests.js';

/** In the order they run. Named one by one: a folder scan would find other files in `dist` than in the sources. */
export const migrations = [
  Initial1764000000000,
  InteractionSelf1764100000000,
  DeadLetterRedrives1764200000000,
  RefusedInteractions1764300000000,
  ModelChanges1764400000000,
  ModelReplicas1764500000000,
  Digests1764600000000,
] as const;
