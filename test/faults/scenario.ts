import type { Random } from '#ranking';
import type { Fleet, FleetShape } from './fleet/fleet.js';

/** How much of it: `--events` and `--seconds` replace these. */
export interface Size {
  readonly events: number;
  /** How long the trouble lasts. */
  readonly seconds: number;
}

export interface ScenarioRun {
  readonly fleet: Fleet;
  readonly size: Size;
  /** Seeded: the same seed makes the same choices. */
  readonly random: Random;
  /** Unlike that of any other run, so that what this run left in log and archive is found. */
  readonly label: string;
  readonly say: (line: string) => void;
}

/** One promise, what was found, and whether it was kept. */
export interface Finding {
  readonly promise: string;
  readonly figure: string;
  readonly kept: boolean;
}

export interface Scenario {
  readonly name: string;
  /** One line for `--list`. */
  readonly about: string;
  readonly shape: FleetShape;
  readonly full: Size;
  readonly short: Size;
  run(run: ScenarioRun): Promise<readonly Finding[]>;
}

export const finding = (promise: string, figure: string, kept: boolean): Finding => ({ promise, figure, kept });

/** For checks that answer what is wrong: kept when there is nothing, and the first few are shown when there is. */
export const nothing = (promise: string, wrong: readonly unknown[]): Finding =>
  finding(promise, wrong.length === 0 ? '0' : `${wrong.length}, such as ${wrong.slice(0, 3).map(String).join('; ')}`, wrong.length === 0);
