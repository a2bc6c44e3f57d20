import type { Scenario } from '../scenario.js';
import { backpressure } from './backpressure.js';
import { brokerLoss } from './broker-loss.js';
import { clockJump } from './clock-jump.js';
import { coldStart } from './cold-start.js';
import { degradation } from './degradation.js';
import { exactlyOnce } from './exactly-once.js';
import { fencedZombie } from './fenced-zombie.js';
import { gracefulStop } from './graceful-stop.js';
import { hide } from './hide.js';
import { poison } from './poison.js';
import { redrive } from './redrive.js';
import { replicasAgree } from './replicas-agree.js';

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  exactlyOnce,
  fencedZombie,
  poison,
  redrive,
  replicasAgree,
  backpressure,
  brokerLoss,
  gracefulStop,
  degradation,
  hide,
  clockJump,
  coldStart,
];
