import type { Scenario } from '../scenario.js';
import { exactlyOnce } from './exactly-once.js';
import { fencedZombie } from './fenced-zombie.js';
import { poison } from './poison.js';

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [exactlyOnce, fencedZombie, poison];
