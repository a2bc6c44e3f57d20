export { apiKeyScopes, hasScope, isApiKey, type ApiKeyScope } from './api-key-scopes.js';
export * from './events.js';
export * from './failure.js';
export * from './intake.js';
export {
  actions,
  HEARTBEAT_PAPER,
  isHeartbeat,
  interactionDataSchema,
  interactionInputSchema,
  isStateAction,
  occurrenceActions,
  stateActions,
  targetKinds,
  targetSchema,
  targetsOf,
  type Action,
  type InteractionData,
  type InteractionInput,
  type OccurrenceAction,
  type StateAction,
  type Target,
  type TargetKind,
} from './interaction.js';
export * from './json-schemas.js';
export * from './log-records.js';
export * from './paper.js';
export * from './parsing.js';
export * from './rank.js';
export * from './redrive.js';
export { noFieldOf } from './rules.js';
export * from './scalars.js';
export * from './topics.js';
