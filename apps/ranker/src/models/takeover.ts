import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelAssignment, ModelReplicas, ReplicaModels } from '#persistence';
import type { ModelChange } from './change-models.js';

/** How a replica did with a change: serves it, refused it, serves something that was asked for later, or has not said yet. */
export interface ReplicaOutcome {
  readonly replica: string;
  readonly outcome: 'taken' | 'refused' | 'replaced' | 'pending';
  /** Why it was refused. */
  readonly problem?: string;
}

export interface Takeover {
  /** `nobody`: no replica runs. `late`: the time was over before each had said. `refused`: each has said, and not all serve it. */
  readonly end: 'taken' | 'refused' | 'late' | 'nobody';
  readonly replicas: readonly ReplicaOutcome[];
}

/** Heartbeats that a replica may miss before it is taken for gone, and the time that a busy machine may add. */
const MISSED = 3;
const GRACE_S = 5;

export const isSilent = ({ silentS, heartbeatS }: ReplicaModels): boolean => silentS > MISSED * heartbeatS + GRACE_S;

const serves = ({ serving }: ReplicaModels, { name, version, role, arm }: ModelAssignment): boolean => {
  const has = (part: string): boolean =>
    serving.some((each) => each.model === name && each.version === version && each.part === part && each.arm === arm);
  // A retired version that is the newest in the folder may still be served as the live one, for want of another.
  return role === 'retired' ? !has('shadow') && !serving.some((each) => each.version === version && each.part === 'arm') : has(role);
};

/** What the report of a replica says of a change. */
export const outcomeOf = (report: ReplicaModels, { revision, assigned }: ModelChange): ReplicaOutcome => {
  const { replica, problems } = report;
  const asked = assigned.at(-1);
  if (asked === undefined || report.revision < revision) return { replica, outcome: 'pending' };
  if (report.adopted) return { replica, outcome: serves(report, asked) ? 'taken' : 'replaced' };
  // A set is taken whole or not at all: what keeps it out may be another version than the one that was asked for.
  const own = problems.filter(({ model, version }) => model === asked.name && version === asked.version);
  const told = (own.length > 0 ? own : problems).map(({ model, version, problem }) => `${model}@${version}: ${problem}`);
  return { replica, outcome: 'refused', ...(told.length === 0 ? {} : { problem: told.join('; ') }) };
};

export interface TakeoverParts {
  readonly replicas: Pick<ModelReplicas, 'list'>;
  readonly waitS: number;
  readonly everyMs?: number;
  /** Told whenever a replica is known to have dealt with the change. */
  readonly progress?: (outcome: ReplicaOutcome) => void;
  readonly signal?: AbortSignal;
}

/** Waits until each replica that runs has dealt with the change, or the time is over. Replicas that were silent for long are not waited for. */
export const waitForTakeover = async (change: ModelChange, parts: TakeoverParts): Promise<Takeover> => {
  const { replicas, waitS, everyMs = 250, progress, signal } = parts;
  const until = performance.now() + waitS * 1000;
  const told = new Set<string>();
  for (;;) {
    const outcomes = (await replicas.list()).filter((report) => !isSilent(report)).map((report) => outcomeOf(report, change));
    for (const each of outcomes) {
      if (each.outcome === 'pending' || told.has(each.replica)) continue;
      told.add(each.replica);
      progress?.(each);
    }
    if (outcomes.length === 0) return { end: 'nobody', replicas: [] };
    if (outcomes.every(({ outcome }) => outcome === 'taken')) return { end: 'taken', replicas: outcomes };
    if (outcomes.every(({ outcome }) => outcome !== 'pending')) return { end: 'refused', replicas: outcomes };
    if (performance.now() >= until || signal?.aborted) return { end: 'late', replicas: outcomes };
    await sleep(everyMs);
  }
};
