import { z } from 'zod';
import { type Positions, positionsSchema } from '#contracts';

const heldSchema = z.object({ replica: z.string(), phase: z.string(), positions: positionsSchema });
const seenSchema = z.object({ replica: z.string(), reached: z.boolean(), hash: z.string().optional() });

/** What a comparison found: the hash of each replica at the same positions, and who could not be compared. */
export interface Comparison {
  readonly positions: Positions;
  readonly hashes: ReadonlyMap<string, string>;
  /** Replicas that did not come to the positions of the others in time, and addresses that could not be asked, with the reason. */
  readonly missing: readonly string[];
  /** Every replica was compared and all hashes are the same. */
  readonly agree: boolean;
}

/** `unreachable`: no two states differ, but not all replicas, or fewer than two, were compared. */
export type Outcome = 'equal' | 'different' | 'unreachable';

export const outcomeOf = ({ hashes, missing }: Comparison): Outcome => {
  if (new Set(hashes.values()).size > 1) return 'different';
  return missing.length > 0 || hashes.size < 2 ? 'unreachable' : 'equal';
};

/** How long folds may stand still for one comparison, in ms. */
const HELD_MS = 3_000;

const ask = async <S extends z.ZodType>(url: string, schema: S): Promise<z.output<S>> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(3 * HELD_MS) });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return schema.parse(await response.json());
};

const reasonOf = (error: unknown): string => {
  if (error instanceof z.ZodError) return 'it answers something else than a ranker';
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
};

/** Asks all at once; an address that does not answer is told apart from those that do. */
const askAll = async <S extends z.ZodType>(
  urls: readonly string[],
  path: string,
  schema: S,
): Promise<{ readonly answers: ReadonlyMap<string, z.output<S>>; readonly silent: readonly string[] }> => {
  const settled = await Promise.allSettled(urls.map((url) => ask(`${url}${path}`, schema)));
  const answers = new Map<string, z.output<S>>();
  const silent: string[] = [];
  settled.forEach((each, n) => {
    if (each.status === 'fulfilled') answers.set(urls[n]!, each.value);
    else silent.push(`${urls[n]} (${reasonOf(each.reason)})`);
  });
  return { answers, silent };
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
 * A replica that can not be asked is named, and the others are compared.
 *
 * @param urls admin addresses of rankers (`http://host:9020`)
 */
export const compareReplicas = async (urls: readonly string[]): Promise<Comparison> => {
  const held = await askAll(urls, `/state/hold?ms=${HELD_MS}`, heldSchema);
  const positions = furthest([...held.answers.values()].map((each) => each.positions));
  const query = new URLSearchParams({ positions: JSON.stringify(positions), ms: String(HELD_MS) });
  const seen = await askAll([...held.answers.keys()], `/state/at?${query.toString()}`, seenSchema);
  const told = [...seen.answers.values()];
  const hashes = new Map(told.flatMap(({ replica, hash }) => (hash === undefined ? [] : [[replica, hash] as const])));
  const late = told.filter(({ reached }) => !reached).map(({ replica }) => `${replica} (not at the positions of the others in time)`);
  const missing = [...held.silent, ...seen.silent, ...late];
  return { positions, hashes, missing, agree: missing.length === 0 && new Set(hashes.values()).size === 1 };
};

/** One line for people. */
export const comparisonLine = (comparison: Comparison): string => {
  const { positions, hashes, missing } = comparison;
  const records = Object.values(positions).reduce((sum, next) => sum + BigInt(next), 0n);
  const found = [...hashes].map(([replica, hash]) => `${replica} ${hash.slice(0, 12)}`).join(', ');
  const left = missing.length > 0 ? `; not compared: ${missing.join(', ')}` : '';
  const words = { equal: 'equal', different: 'DIFFERENT', unreachable: 'not all compared' } as const;
  return `${words[outcomeOf(comparison)]} at ${records} records: ${found === '' ? 'nobody' : found}${left}`;
};
