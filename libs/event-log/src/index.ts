export * from './create-event-log.js';
export * from './event-log.js';
export * from './failures.js';
export { followedOnceBegun, lagSeconds, untilHeard, type Followed } from './lag-seconds.js';
export type { EventLogLogger, EventLogObserver } from './observer.js';
export { partitionOf } from './partitioner.js';
