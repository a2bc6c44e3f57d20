import type { PaperId } from '#contracts';

/**
 * Which papers call themselves by an alias. Two sources may bring the same one, in any order, so all claims are kept and the winner is
 * fixed: the lowest id by code unit. Every gateway then answers alike, whatever it read first, and a paper that goes leaves the alias
 * to the other.
 */
export class AliasIndex {
  /** Owners in order. Nearly every alias has one. */
  private readonly owners = new Map<PaperId, readonly PaperId[]>();

  add(alias: PaperId, owner: PaperId): void {
    const known = this.ownersOf(alias);
    if (!known.includes(owner)) this.owners.set(alias, [...known, owner].sort());
  }

  delete(alias: PaperId, owner: PaperId): void {
    const left = this.ownersOf(alias).filter((known) => known !== owner);
    if (left.length > 0) this.owners.set(alias, left);
    else this.owners.delete(alias);
  }

  ownersOf(alias: PaperId): readonly PaperId[] {
    return this.owners.get(alias) ?? [];
  }

  ownerOf(alias: PaperId): PaperId | undefined {
    return this.ownersOf(alias)[0];
  }
}
