import { positionKey } from '#contracts';
import type { StoredRecord } from '#event-log';

/** What is looked for, and what it means for who replays the range. */
export const checks = {
  order: 'an offset that does not grow, or a log time that goes back within a partition: a fold in this order is not the live one',
  partition: 'a record in another partition than its key belongs to: events of one key are no longer in order',
  types: 'a record that breaks the schema of its topic: it is folded by nobody and stands in dead letters',
  'not askable':
    'a served answer whose request can not be asked again, since the query that it logged breaks the schema: run passes it over',
  duplicates: 'an id that was there before: the fold counts it once',
  late: 'an interaction recorded more than 7 days after it happened, which is in no live state, or before it happened, by a clock ahead of ours',
  'unknown papers': 'a paper that no record of papers.v1 speaks of: it has no title, no vector and no features',
  'dangling requests': 'an interaction that names a request which was not served in the range: it is the outcome of nothing here',
} as const;
export type Check = keyof typeof checks;

export interface Example {
  /** `topic/partition/offset` */
  readonly at: string;
  /** Of the event or request; null where it can not be read. */
  readonly id: string | null;
  readonly says: string;
}

export interface Finding {
  readonly check: Check;
  readonly means: string;
  /** Why it was not looked for; null when it was. */
  readonly unchecked: string | null;
  /** How often, in how many places that were looked at. */
  readonly found: number;
  readonly of: number;
  /** The same by kind, the most frequent first. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly examples: readonly Example[];
}

/** Rules of a schema have as many texts as records can be broken; the rest is counted together. */
const MAX_KINDS = 30;
const OTHER = 'other';

class Notes {
  of = 0;
  found = 0;
  unchecked: string | null = null;
  readonly kinds = new Map<string, number>();
  readonly examples: Example[] = [];
}

/** What was found, with the first few examples of each kind. */
export class Findings {
  private readonly notes = new Map<Check, Notes>((Object.keys(checks) as Check[]).map((check) => [check, new Notes()]));

  /** @param examples most that are kept of one kind of one check */
  constructor(private readonly examples: number) {}

  looked(check: Check): void {
    const notes = this.of(check);
    if (notes.unchecked === null) notes.of += 1;
  }

  /** The check can not be made here: whatever it looks at and finds from now on is passed over. */
  skip(check: Check, why: string): void {
    this.of(check).unchecked = why;
  }

  found(
    check: Check,
    kind: string,
    { topic, partition, offset }: Pick<StoredRecord, 'topic' | 'partition' | 'offset'>,
    id: string | null,
    says: string,
  ): void {
    const notes = this.of(check);
    if (notes.unchecked !== null) return;
    notes.found += 1;
    const known = notes.kinds.has(kind) || notes.kinds.size < MAX_KINDS ? kind : OTHER;
    const before = notes.kinds.get(known) ?? 0;
    notes.kinds.set(known, before + 1);
    if (before < this.examples) notes.examples.push({ at: `${positionKey(topic, partition)}/${offset}`, id, says });
  }

  get all(): readonly Finding[] {
    return [...this.notes].map(([check, { of, found, unchecked, kinds, examples }]) => ({
      check,
      means: checks[check],
      unchecked,
      found,
      of,
      kinds: Object.fromEntries([...kinds].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))),
      examples,
    }));
  }

  private of(check: Check): Notes {
    const notes = this.notes.get(check);
    if (notes === undefined) throw new RangeError(`there is no check ${check}`);
    return notes;
  }
}
