import { drawBelow } from '#ranking';
import type { Random } from '#ranking';

/** What may be known and what is judged, per reader in the order of the saves; items ascending. */
export interface Split {
  /** Saves that may be known. */
  readonly known: readonly Int32Array[];
  /** Held-back saves of items that others are known to have saved, and of items of which nothing is known. */
  readonly warm: readonly Int32Array[];
  readonly cold: readonly Int32Array[];
  /** [items], 1 = nobody is known to have saved it. */
  readonly isCold: Uint8Array;
  /** [items], 1 = may be recommended. */
  readonly catalogue: Uint8Array;
}

export interface Shares {
  /** Of the items that were saved: all saves of these are held back. */
  readonly coldItems: number;
  /** Of each reader's other saves. */
  readonly saves: number;
}

/**
 * Holds back whole items and a part of each reader's other saves, by chance. Every reader keeps at least one save. Items that nobody saved can not be judged and are
 * left out of the catalogue.
 */
export const holdBack = (saves: readonly Int32Array[], items: number, shares: Shares, random: Random): Split => {
  const catalogue = savedItems(saves, items);
  const isCold = new Uint8Array(items);
  const saved = Int32Array.from(catalogue.keys()).filter((item) => catalogue[item] === 1);
  for (const item of drawn(saved, Math.round(shares.coldItems * saved.length), random)) isCold[item] = 1;
  const readers = saves.map((own) => {
    const others = own.filter((item) => isCold[item] === 0);
    const held = new Set(drawn(others, Math.min(Math.round(shares.saves * others.length), others.length - 1), random));
    return {
      known: others.filter((item) => !held.has(item)),
      warm: others.filter((item) => held.has(item)),
      cold: own.filter((item) => isCold[item] === 1),
    };
  });
  return settled(readers, isCold, catalogue);
};

/**
 * Known saves and held-back ones as they were given.
 * @param flagged [items], 1 = said to be cold by the data; items without any known save are cold as well.
 */
export const given = (known: readonly Int32Array[], held: readonly Int32Array[], flagged: Uint8Array): Split => {
  const saved = savedItems(known, flagged.length);
  const isCold = flagged.map((flag, item) => (flag === 1 || saved[item] === 0 ? 1 : 0));
  const readers = known.map((own, reader) => ({
    known: own,
    warm: held[reader]!.filter((item) => isCold[item] === 0),
    cold: held[reader]!.filter((item) => isCold[item] === 1),
  }));
  return settled(readers, isCold, new Uint8Array(flagged.length).fill(1));
};

/** An item whose last known save was held back is a cold one, whatever was planned. */
const settled = (
  readers: readonly { readonly known: Int32Array; readonly warm: Int32Array; readonly cold: Int32Array }[],
  isCold: Uint8Array,
  catalogue: Uint8Array,
): Split => {
  const known = readers.map((reader) => reader.known);
  const saved = savedItems(known, isCold.length);
  const cold = isCold.map((flag, item) => (flag === 1 || (catalogue[item] === 1 && saved[item] === 0) ? 1 : 0));
  const wanted = readers.map((reader) => Int32Array.from([...reader.warm, ...reader.cold]).sort());
  return {
    known,
    warm: wanted.map((own) => own.filter((item) => cold[item] === 0)),
    cold: wanted.map((own) => own.filter((item) => cold[item] === 1)),
    isCold: cold,
    catalogue,
  };
};

const savedItems = (saves: readonly Int32Array[], items: number): Uint8Array => {
  const saved = new Uint8Array(items);
  for (const own of saves) for (const item of own) saved[item] = 1;
  return saved;
};

/** `count` of them by chance. */
const drawn = (from: Int32Array, count: number, random: Random): Int32Array => {
  const order = from.slice();
  for (let at = 0; at < count; at += 1) {
    const other = at + drawBelow(random, order.length - at);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order.subarray(0, Math.max(0, count));
};
