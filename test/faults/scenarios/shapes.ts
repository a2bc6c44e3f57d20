import type { FleetShape } from '../fleet/fleet.js';

/** Two owners of the archive, two rankers with a fold that can be made to fail, one gateway. Scenarios of one shape share a fleet with `--short`. */
export const twoOfEach: FleetShape = {
  ingests: 2,
  rankers: 2,
  gateways: 1,
  preload: ['failing-fold'],
};
