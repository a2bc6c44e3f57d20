import { foldText } from '../text/tokenizer.js';
import { Names } from './names.js';
import type { TargetKind } from '#contracts';

export type EntityKind = Exclude<TargetKind, 'paper'> | 'submitter' | 'code-owner';

/**
 * Authors, topics, organisations, submitters, owners of code and readers as targets. Each spelling has a number; spellings that differ only in case, accents or spaces share
 * one *canonical* number, which is what following, muting and counting go by. The spelling is kept for showing.
 */
export class Entities {
  private readonly spellings = new Names();
  private readonly canonical: number[] = [];

  numberOf(kind: EntityKind, spelling: string): number {
    const written = wellFormed(spelling);
    const number = this.spellings.numberOf(`${kind}:${written}`);
    if (number === this.canonical.length) {
      this.canonical.push(number);
      const normal = normalSpelling(kind, written);
      if (normal !== written) this.canonical[number] = this.canonical[this.numberOf(kind, normal)]!;
    }
    return number;
  }

  /** The canonical number under which spellings of one thing meet. */
  canonicalOf(number: number): number {
    return this.canonical[number]!;
  }

  findCanonical(kind: EntityKind, spelling: string): number | undefined {
    return this.spellings.find(`${kind}:${normalSpelling(kind, wellFormed(spelling))}`);
  }

  spellingOf(number: number): string {
    const name = this.spellings.nameOf(number);
    return name.slice(name.indexOf(':') + 1);
  }

  kindOf(number: number): EntityKind {
    const name = this.spellings.nameOf(number);
    return name.slice(0, name.indexOf(':')) as EntityKind;
  }

  /** `kind:spelling`, for hashing and snapshots. */
  keyOf(number: number): string {
    return this.spellings.nameOf(number);
  }

  all(): readonly string[] {
    return this.spellings.all();
  }

  /** Gives a `kind:spelling` its number again; call in the order of `all`. */
  restore(key: string): void {
    this.numberOf(key.slice(0, key.indexOf(':')) as EntityKind, key.slice(key.indexOf(':') + 1));
  }
}

/** Pseudonyms are exact; names of people and things are not. */
const normalSpelling = (kind: EntityKind, spelling: string): string =>
  kind === 'reader' ? spelling : foldText(spelling).replace(/\s+/g, ' ').trim();

/** Half a surrogate pair has no UTF-8: kept, it would come back from a snapshot as another string with another number. */
const wellFormed = (spelling: string): string => spelling.replace(/\p{Cs}/gu, '\ufffd');
