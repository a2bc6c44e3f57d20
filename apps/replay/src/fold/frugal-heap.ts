import { setFlagsFromString } from 'node:v8';

/**
 * How much the heap may grow between two full collections, in percent of what was alive after the last. V8's own choice is up to 300 for a
 * heap of this size: a replay of a million interactions then held 400 MB of which 130 were alive. At this it stays under 180 and folds as fast
 * (`npm run bench -- replay-speed`).
 */
const GROWTH_PERCENT = 25;

/** To be called before a replay folds anything: it often runs beside a live system, whose memory it must not take for garbage. */
export const growHeapSlowly = (): void => setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
