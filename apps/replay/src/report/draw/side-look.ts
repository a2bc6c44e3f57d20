import type { SideName } from '../../evaluation/evaluation-result.js';
import { palette } from './palette.js';

/** How a side is drawn: told apart by dash and shape first, by colour second. */
export interface SideLook {
  readonly colour: string;
  /** Dash pattern in pixels; empty is a solid line. */
  readonly dash: readonly number[];
  readonly shape: 'circle' | 'diamond' | 'square';
  /** Inside of its points. */
  readonly fill: string;
}

export const sideLooks: Readonly<Record<SideName, SideLook>> = {
  served: { colour: palette.served, dash: [1.5, 3], shape: 'square', fill: palette.ground },
  a: { colour: palette.a, dash: [], shape: 'circle', fill: palette.a },
  b: { colour: palette.b, dash: [7, 3], shape: 'diamond', fill: palette.ground },
};
