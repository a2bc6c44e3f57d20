import type { EngineOptions, EngineSink } from './engine-types.js';

/** Folds the stream and ranks again at every kept request. Not written yet: the interface is what others build on. */
export type Replay = (options: EngineOptions, sink: EngineSink, signal: AbortSignal) => Promise<'done' | 'interrupted'>;
