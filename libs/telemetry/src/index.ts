export type { AdminApi, AdminReply, AdminRequest } from './admin-api.js';
export * from './admin-server.js';
export * from './logger.js';
export * from './metrics.js';
export * from './readiness.js';
export { redact } from './redaction.js';
export * from './shutdown.js';
