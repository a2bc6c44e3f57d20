import { z } from 'zod';
import { type Positions, positionsSchema } from '#contracts';

const heldSchema = z.object({ replica: z.string(), phase: z.string(), positions: positionsSchema });
const seenSchema = z.object({ replica: z.string(), reached: z.boolean(), hash: z.string().optional() });

/** What a comparison found: the hash of each replica at the same positions, or who could not stand there in time. */
export interface Comparison {
  readonly positions: Positions;
  readonly hashes: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
  /** Every replica was compared and all hashes are the same. */
  readonly agree: boolean;
}

/** How long folds may stand still for one comparison, in ms. */
const HELD_MS = 3_000;

const ask = async <S extends z.ZodType>(url: string, schema: S): Promise<z.output<S>> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(3 * HELD_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return schema.parse(await response.json());
};

/** The furthest position of each partition: every replica can come to there, and none is beyond. */
const furthest = (all: readonly Positions[]): Positions => {
  const most = new Map<string, bigint>();
  for (const positions of all)
    for (const [key, next] of Object.entries(positions)) if (BigInt(next) > (most.get(key) ?? -1n)) most.set(key, BigInt(next));
  return Object.fromEntries([...most].map(([key, next]) => [key, next.toString()]));
};

/**
 * Compares the state of replicas at the same positions of the log, under whatever load: stops their folds, lets all of them go on to the furthest
 * position of each partition, reads their hashes there. Readers get answers all the while, for a moment from a state that stands still.
 *
 * @param urls admin addresses of rankers (`http://host:9020`)
 * @throws when a replica can not be asked.
 */
export const compareReplicas = async (urls: readonly string[]): Promise<Comparison> => {
  const held = await Promise.all(urls.map((url) => ask(`${url}/state/hold?ms=${HELD_MS}`, heldSchema)));
  const positions = furthest(held.map((each) => each.positions));
  const query = new URLSearchParams({ positions: JSON.stringify(positions), ms: String(HELD_MS) });
  const seen = await Promise.all(urls.map((url) => ask(`${url}/state/at?${query.toString()}`, seenSchema)));
  const hashes = new Map(seen.flatMap(({ replica, hash }) => (hash === undefined ? [] : [[replica, hash] as const])));
  const missing = seen.filter(({ reached }) => !reached).map(({ replica }) => replica);
  return { positions, hashes, missing, agree: missing.length === 0 && new Set(hashes.values()).size === 1 };
};
