export * from './blocks.js';
export * from './config.failure.js';
export * from './describe-config.js';
export { loadConfig, type Environment } from './load-config.js';
export { nearestName } from './nearest-name.js';
export * from './settings.js';
