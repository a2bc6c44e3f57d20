export * from './blocks.js';
export { complaintOf, type Complaint } from './complaint.js';
export * from './config.failure.js';
export * from './describe-config.js';
export { loadConfig, type Environment } from './load-config.js';
export { nearestName } from './nearest-name.js';
export { parseOptions, type OptionSpecs } from './parse-options.js';
export * from './settings.js';
export { UsageError } from './usage-error.js';
