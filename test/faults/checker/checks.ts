import type { Applied, PositionSample, Sent, StateObservation, VersionRead } from './history.js';

/** Each check answers what is wrong, and nothing when all is right. Pure: they know histories, no system. */

/** Accepted events that were never applied. */
export const lost = (accepted: Iterable<string>, applied: Iterable<Applied>): readonly string[] => {
  const found = new Set([...applied].map(({ id }) => id));
  return [...accepted].filter((id) => !found.has(id));
};

/** Events that were applied more than once. */
export const doubled = (applied: Iterable<Applied>): readonly string[] => {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of applied) (seen.has(id) ? twice : seen).add(id);
  return [...twice];
};

/** Applied events that nobody sent. An event that was sent and never answered may be applied or not: it is neither lost nor invented. */
export const invented = (sent: ReadonlyMap<string, Sent>, applied: Iterable<Applied>): readonly string[] =>
  [...applied].filter(({ id }) => !sent.has(id)).map(({ id }) => id);

/** Pairs of one key that the log holds in another order than they were sent in. */
export const reordered = (sent: ReadonlyMap<string, Sent>, applied: Iterable<Applied>): readonly (readonly [string, string])[] => {
  const byKey = new Map<string, { readonly sent: Sent; readonly at: Applied }[]>();
  for (const at of applied) {
    const event = sent.get(at.id);
    if (event === undefined) continue;
    const events = byKey.get(event.key);
    if (events === undefined) byKey.set(event.key, [{ sent: event, at }]);
    else events.push({ sent: event, at });
  }
  const wrong: (readonly [string, string])[] = [];
  for (const events of byKey.values()) {
    events.sort((a, b) => (a.at.offset < b.at.offset ? -1 : a.at.offset > b.at.offset ? 1 : 0));
    for (let i = 1; i < events.length; i += 1) {
      const [before, after] = [events[i - 1]!, events[i]!];
      if (before.at.partition !== after.at.partition || before.sent.order > after.sent.order) wrong.push([before.sent.id, after.sent.id]);
    }
  }
  return wrong;
};

/** Positions that went back from one sample to the next: `topic/partition from -> to`. */
export const stale = (samples: Iterable<PositionSample>): readonly string[] => {
  const highest = new Map<string, bigint>();
  const wrong: string[] = [];
  for (const sample of samples) {
    for (const [key, next] of Object.entries(sample)) {
      const before = highest.get(key) ?? 0n;
      if (next < before) wrong.push(`${key} ${before} -> ${next}`);
      else highest.set(key, next);
    }
  }
  return wrong;
};

/** Reads that went back: the same reader saw a newer version of the same thing before. In the order in which they were read. */
export const nonMonotonic = (reads: Iterable<VersionRead>): readonly VersionRead[] => {
  const highest = new Map<string, number>();
  return [...reads].filter(({ reader, subject, version }) => {
    const key = `${reader}\n${subject}`;
    const before = highest.get(key) ?? Number.NEGATIVE_INFINITY;
    highest.set(key, Math.max(before, version));
    return version < before;
  });
};

const placeOf = (positions: Readonly<Record<string, string>>): string =>
  Object.entries(positions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, next]) => `${key}=${next}`)
    .join(' ');

export interface Agreement {
  /** Pairs of observations, of different replicas, at the same positions. */
  readonly compared: number;
  /** Positions at which replicas, or one replica at two times, had different hashes. */
  readonly disagreements: readonly string[];
}

/** Compares whatever stood at equal positions at any time: while events go on, replicas are seldom at the same place at once. */
export const agreement = (observations: Iterable<StateObservation>): Agreement => {
  const places = new Map<string, StateObservation[]>();
  for (const observation of observations) {
    const place = placeOf(observation.positions);
    places.set(place, [...(places.get(place) ?? []), observation]);
  }
  let compared = 0;
  const disagreements: string[] = [];
  for (const [place, seen] of places) {
    for (let i = 0; i < seen.length; i += 1)
      for (let j = i + 1; j < seen.length; j += 1) if (seen[i]!.replica !== seen[j]!.replica) compared += 1;
    if (new Set(seen.map(({ hash }) => hash)).size > 1) disagreements.push(place);
  }
  return { compared, disagreements };
};
