import { createHash } from 'node:crypto';

/** The models that a rank needs. The encoder is apart: its vectors live in the state, so it changes only with a new process. */
export const scorerNames = ['trending', 'personal'] as const;
export type ScorerName = (typeof scorerNames)[number];

/** A row of the registry. `arm` and `share` (0 to 1, of the readers) are set for arms only. */
export interface RegistryEntry {
  readonly name: string;
  readonly version: string;
  readonly role: 'live' | 'shadow' | 'arm' | 'retired';
  readonly arm: string | null;
  readonly share: number | null;
}

/** Which versions one group of readers is served by. A model that the arm does not name is the live one. */
export interface ArmPlan {
  readonly arm: string;
  readonly share: number;
  readonly versions: Readonly<Record<ScorerName, string>>;
}

export interface ModelPlan {
  readonly live: Readonly<Record<ScorerName, string>>;
  /** In the order of their names, so that every replica cuts the readers at the same borders. */
  readonly arms: readonly ArmPlan[];
  /** Scored beside the live model and compared, never shown. */
  readonly shadows: Readonly<Partial<Record<ScorerName, string>>>;
}

/** Name of the group that no experiment holds. */
export const LIVE_ARM = 'control';

const isScorer = (name: string): name is ScorerName => (scorerNames as readonly string[]).includes(name);

/**
 * What the registry says. Pure. `fallback` is the version of a model that the registry says nothing of: the newest in the folder.
 * The share of an arm that moves two models is the smaller of its two rows: an experiment never takes more readers than allowed.
 */
export const planModels = (entries: readonly RegistryEntry[], fallback: Readonly<Record<ScorerName, string>>): ModelPlan => {
  const live = { ...fallback };
  const shadows: Partial<Record<ScorerName, string>> = {};
  const arms = new Map<string, { share: number; versions: Partial<Record<ScorerName, string>> }>();
  for (const { name, version, role, arm, share } of entries) {
    if (!isScorer(name)) continue;
    if (role === 'live') live[name] = version;
    if (role === 'shadow') shadows[name] = version;
    if (role !== 'arm' || arm === null || share === null) continue;
    const known = arms.get(arm) ?? { share, versions: {} };
    arms.set(arm, { share: Math.min(known.share, share), versions: { ...known.versions, [name]: version } });
  }
  const sorted = [...arms].sort(([a], [b]) => (a < b ? -1 : 1));
  return { live, shadows, arms: sorted.map(([arm, { share, versions }]) => ({ arm, share, versions: { ...live, ...versions } })) };
};

/** Where a reader stands in [0, 1): the same on every replica, and unrelated to the partition that the reader's events are in. */
const placeOf = (readerRef: string): number => createHash('sha256').update(`arm\n${readerRef}`).digest().readUInt32BE(0) / 2 ** 32;

/** The arm of a reader; without a reader, and outside all shares, the live one. Shares beyond 1 in total are cut off. */
export const armOf = (arms: readonly { readonly arm: string; readonly share: number }[], readerRef: string | undefined): string => {
  if (readerRef === undefined) return LIVE_ARM;
  const place = placeOf(readerRef);
  let border = 0;
  for (const { arm, share } of arms) {
    border += share;
    if (place < border) return arm;
  }
  return LIVE_ARM;
};
