import { decodeRecord, type Decoded } from '#contracts';
import type { StoredRecord } from '#event-log';
import { encodeEach, type PaperEncoder } from '#ranking';

/** Vectors kept from one pass over the stream to the next: 10 MB of 128 numbers. */
const KEPT = 20_000;

const placeOf = ({ partition, offset }: StoredRecord): string => `${partition}/${offset}`;

/** Decodes records of papers and gives each its content vector. What was encoded in one pass over the stream is not encoded again in the next. */
export class PaperVectors {
  readonly #kept = new Map<string, Float32Array | null>();
  /** Papers that could not be encoded and are folded without a vector, as the live fold does. */
  readonly notEncoded = new Set<string>();

  constructor(private readonly encoder: Pick<PaperEncoder, 'encode'>) {}

  /** In input order. */
  async decode(records: readonly StoredRecord[]): Promise<readonly { readonly decoded: Decoded; readonly vector: Float32Array | null }[]> {
    const decoded = records.map((record) => ({ decoded: decodeRecord(record), place: placeOf(record) }));
    const missing = decoded.flatMap(({ decoded: each, place }) =>
      each.kind === 'paper' && !this.#kept.has(place) ? [{ paper: each.paper, place }] : [],
    );
    const made = await encodeEach(
      this.encoder,
      missing.map(({ paper }) => paper),
      (id) => this.notEncoded.add(id),
    );
    const fresh = new Map(missing.map(({ place }, i) => [place, made[i] ?? null]));
    for (const [place, vector] of fresh) if (this.#kept.size < KEPT) this.#kept.set(place, vector);
    const vectorAt = (place: string): Float32Array | null => fresh.get(place) ?? this.#kept.get(place) ?? null;
    // An interaction may stand at the same partition and offset of another topic.
    return decoded.map(({ decoded: each, place }) => ({ decoded: each, vector: each.kind === 'paper' ? vectorAt(place) : null }));
  }
}
