export * from './event-log.js';
export * from './failures.js';
