import { createHash } from 'node:crypto';
import { parseJsonWith, positionKey, positionsSchema, topics, type EpochMs, type PaperId, type Positions } from '#contracts';
import { ByteReader, type ByteWriter } from './bytes.js';
import type { PaperFacts } from './paper-facts.js';
import { HashSet64 } from './hash-set64.js';
import { SnapshotPieces } from './snapshot-pieces.js';
import type { StateParts } from './state-parts.js';
import { StateSnapshotFailure } from './state-snapshot.failure.js';

/** "BSST" in ASCII, little-endian. */
const MAGIC = 0x54535342;
/** Goes up with every change of layout. An older version is not read: the log is the truth, and folding it again is always right. */
const VERSION = 2;
const CHECKSUM_BYTES = 32;
const BYTES_OF_KEY = 8;

export interface SnapshotContent {
  readonly parts: StateParts;
  readonly positions: Positions;
  readonly watermark: EpochMs;
  readonly interactions: number;
}

/** Members (papers, readers, registers, texts) that are written in one step: a fraction of a millisecond. */
const STEP = 64;
/** Slots of a set that are looked at in one step. */
const STEP_SLOTS = 1 << 14;

/** One step of writing is done. */
type Steps<T = void> = Generator<undefined, T>;

/**
 * Layout: magic, version, then sections in the order of `sections` below, then the SHA-256 of all before it. Numbers of papers, readers and names are written in their order of arrival and given
 * again on reading, so lists of numbers stay as they are. Derived things (decayed sums, records, orders, inverted lists) are not written but made again.
 *
 * It is written in steps, between which others may read the state and nobody may change it. The bytes do not depend on the steps.
 */
export function* writeSnapshot(content: SnapshotContent): Steps<Uint8Array> {
  const pieces = new SnapshotPieces();
  for (const _ of sections(pieces.out, content)) {
    pieces.settle();
    yield;
  }
  return yield* pieces.joined();
}

function* sections(out: ByteWriter, { parts, positions, watermark, interactions }: SnapshotContent): Steps {
  out.u32(MAGIC).u32(VERSION);
  const { config } = parts;
  out.u32(config.dimensions).u32(config.ringSize).u32(config.exposureSize).u32(config.coReaders).text(config.encoderVersion);
  out.text(JSON.stringify(positions)).f64(watermark).f64(interactions);
  yield* writeTexts(out, parts.entities.all());
  yield* writePapers(out, parts);
  yield* writeReaders(out, parts);
  yield* writeRegisters(out, parts);
  yield* writePaperReaders(out, parts);
  yield* writeKeys(out, parts.read);
  for (const seen of [parts.ids, parts.counted]) {
    const { firstDay, days } = seen.entries();
    out.f64(firstDay).u32(days.length);
    for (const [day, keys] of days) {
      out.f64(day);
      yield* writeKeys(out, keys);
    }
  }
  yield* writeSearch(out, parts);
}

/** Calls `write` for each of `count` members, and rests now and then. */
function* inSteps(count: number, write: (member: number) => void): Steps {
  for (let from = 0; from < count; from += STEP) {
    for (let member = from; member < Math.min(count, from + STEP); member++) write(member);
    yield;
  }
}

/** The keys as one list of words, which is nowhere held as one. */
function* writeKeys(out: ByteWriter, keys: { readonly size: number; slices(slots: number): Iterable<Uint32Array> }): Steps {
  out.u32(keys.size * BYTES_OF_KEY);
  for (const slice of keys.slices(STEP_SLOTS)) {
    out.rawWords(slice);
    yield;
  }
}

/**
 * Fills empty `parts` from the bytes. With another encoder than `parts.config` names, vectors are left out, `papers.v1` has no positions in the answer (so it is read again from its beginning,
 * and every paper encoded again), and `vectorsStale` is true.
 *
 * @throws {StateSnapshotFailure} nothing of `parts` is to be used then.
 */
export const readSnapshot = (
  bytes: Uint8Array,
  parts: StateParts,
): { readonly positions: Positions; readonly watermark: EpochMs; readonly interactions: number; readonly vectorsStale: boolean } => {
  const input = new ByteReader(checkedBody(bytes));
  if (input.u32() !== MAGIC) throw new StateSnapshotFailure('it does not begin like one');
  const version = input.u32();
  if (version !== VERSION) throw new StateSnapshotFailure('its version is unknown', { version, known: VERSION });
  const vectorsStale = !readSizes(input, parts);
  const positions = readPositions(input, vectorsStale);
  const watermark = input.f64();
  const interactions = input.f64();
  // Before counts are read: hours and ten minutes must be told apart as they were when written.
  parts.counts.advance(watermark);
  for (const key of readTexts(input)) parts.entities.restore(key);
  readPapers(input, parts, !vectorsStale);
  readReaders(input, parts);
  readRegisters(input, parts);
  readPaperReaders(input, parts);
  parts.read.restore(input.u32s());
  for (const seen of [parts.ids, parts.counted]) {
    const firstDay = input.f64();
    const days = Array.from({ length: input.u32() }, () => [input.f64(), HashSet64.fromArray(input.u32s())] as const);
    seen.restore(firstDay, days);
  }
  readSearch(input, parts);
  if (!input.ended) throw new StateSnapshotFailure('it goes on after its end');
  return { positions, watermark, interactions, vectorsStale };
};

const checkedBody = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length < CHECKSUM_BYTES + 8) throw new StateSnapshotFailure('it is too short', { bytes: bytes.length });
  const body = bytes.subarray(0, bytes.length - CHECKSUM_BYTES);
  const sum = createHash('sha256').update(body).digest();
  if (Buffer.compare(sum, bytes.subarray(body.length)) !== 0)
    throw new StateSnapshotFailure('its checksum does not match', { bytes: bytes.length });
  return body;
};

/** @returns whether the vectors are of our encoder. */
const readSizes = (input: ByteReader, { config }: StateParts): boolean => {
  const dimensions = input.u32();
  const [ringSize, exposureSize, coReaders] = [input.u32(), input.u32(), input.u32()];
  if (ringSize !== config.ringSize || exposureSize !== config.exposureSize || coReaders !== config.coReaders) {
    throw new StateSnapshotFailure('it was made with other sizes', { ringSize, exposureSize, coReaders });
  }
  return input.text() === config.encoderVersion && dimensions === config.dimensions;
};

const readPositions = (input: ByteReader, vectorsStale: boolean): Positions => {
  const parsed = parseJsonWith(positionsSchema, input.text());
  if (!parsed.ok) throw new StateSnapshotFailure('its positions are unreadable');
  const papers = new Set(Array.from({ length: topics.papers.partitions }, (_, partition) => positionKey(topics.papers.name, partition)));
  return Object.fromEntries(Object.entries(parsed.value).filter(([key]) => !(vectorsStale && papers.has(key))));
};

function* writeTexts(out: ByteWriter, texts: readonly string[]): Steps {
  out.u32(texts.length);
  yield* inSteps(texts.length, (at) => void out.text(texts[at]!));
}

const readTexts = (input: ByteReader): string[] => Array.from({ length: input.u32() }, () => input.text());

const statusCodes = ['unknown', 'live', 'withdrawn'] as const;

function* writePapers(out: ByteWriter, { papers, vectors }: StateParts): Steps {
  out.u32(papers.size);
  yield* inSteps(papers.size, (paper) => {
    out.text(papers.idOf(paper)).u8(statusCodes.indexOf(papers.statusOf(paper)));
    const facts = papers.factsOf(paper);
    if (facts === null) return;
    out.bytes(papers.digestOf(paper));
    writeFacts(out, facts);
    out.words(vectors.get(paper) ?? new Float32Array(0));
  });
}

const readPapers = (input: ByteReader, parts: StateParts, withVectors: boolean): void => {
  const count = input.u32();
  for (let paper = 0; paper < count; paper++) {
    const id = input.text();
    parts.papers.numberOf(id);
    const status = statusCodes[input.u8()];
    if (status === 'unknown') continue;
    const canonicalOf = (entity: number): number => parts.entities.canonicalOf(entity);
    if (status !== 'live') {
      parts.papers.put(paper, null, null, canonicalOf);
      continue;
    }
    const digest = input.bytes();
    const facts = readFacts(input, id as PaperId); // written from a PaperId
    parts.papers.put(paper, facts, digest, canonicalOf);
    parts.fresh.put(paper, facts.since);
    const vector = input.f32s();
    if (withVectors && vector.length > 0) parts.vectors.set(paper, vector);
  }
};

const writeFacts = (out: ByteWriter, facts: PaperFacts): void => {
  out.text(facts.title).f64(facts.since).words(Uint32Array.from(facts.authors)).u32(facts.authorCount);
  out.f64(facts.organization).f64(facts.submitter).words(Uint32Array.from(facts.topics));
  out
    .u8(facts.hasCode ? 1 : 0)
    .f64(facts.stars)
    .f64(facts.upvotes)
    .f64(facts.comments);
  out.u32(facts.aliases.length);
  for (const alias of facts.aliases) out.text(alias);
  out.f64(facts.codeOwner).words(facts.cites);
};

const readFacts = (input: ByteReader, id: PaperId): PaperFacts => ({
  id,
  title: input.text(),
  since: input.f64(),
  authors: [...input.u32s()],
  authorCount: input.u32(),
  organization: input.f64(),
  submitter: input.f64(),
  topics: [...input.u32s()],
  hasCode: input.u8() === 1,
  stars: input.f64(),
  upvotes: input.f64(),
  comments: input.f64(),
  aliases: readTexts(input),
  codeOwner: input.f64(),
  cites: input.u32s(),
});

function* writeReaders(out: ByteWriter, { readers }: StateParts): Steps {
  out.u32(readers.size);
  yield* inSteps(readers.size, (reader) => {
    const { actions, exposures } = readers.get(reader);
    out.text(readers.refOf(reader)).words(actions.toArray()).words(exposures.toArray());
    for (const word of readers.talliesOf(reader)) out.u32(word);
  });
}

const readReaders = (input: ByteReader, { readers }: StateParts): void => {
  const count = input.u32();
  for (let reader = 0; reader < count; reader++) {
    const ref = input.text();
    const rings = { actions: input.u32s(), exposures: input.u32s() };
    readers.restore(ref, rings, [input.u32(), input.u32(), input.u32(), input.u32(), input.u32()]);
  }
};

function* writeRegisters(out: ByteWriter, { registers }: StateParts): Steps {
  out.u32(registers.size);
  yield* inSteps(registers.size, (register) => {
    const { reader, action, isPaper, target, trusted } = registers.keyOf(register);
    const { on, value, time, recorded, id } = registers.stampOf(register);
    out
      .u32(reader)
      .u32(target)
      .u8(action | (isPaper ? 16 : 0) | (trusted ? 32 : 0) | (on ? 64 : 0))
      .u8(value);
    out.f64(time).f64(recorded).u32(id.lo).u32(id.hi);
  });
}

const readRegisters = (input: ByteReader, { registers, readers }: StateParts): void => {
  const count = input.u32();
  for (let register = 0; register < count; register++) {
    const [reader, target, flags, value] = [input.u32(), input.u32(), input.u8(), input.u8()];
    const key = { reader, action: flags & 15, isPaper: (flags & 16) !== 0, target, trusted: (flags & 32) !== 0 };
    const stamp = { on: (flags & 64) !== 0, value, time: input.f64(), recorded: input.f64(), id: { lo: input.u32(), hi: input.u32() } };
    const record = readers.get(reader);
    record.registers = registers.write(key, stamp, record.registers).head;
  }
};

/** Counts and co-reading samples, for every paper number. */
function* writePaperReaders(out: ByteWriter, { papers, counts, coReaders }: StateParts): Steps {
  yield* inSteps(papers.size, (paper) => void out.words(counts.pairsOf(paper)).words(coReaders.of(paper)));
}

const readPaperReaders = (input: ByteReader, { papers, counts, coReaders }: StateParts): void => {
  for (let paper = 0; paper < papers.size; paper++) {
    const pairs = input.u32s();
    if (pairs.length > 0) counts.restore(paper, pairs);
    coReaders.restore(paper, input.u32s());
  }
};

function* writeSearch(out: ByteWriter, { search, papers }: StateParts): Steps {
  const { terms, listOf } = search.entries();
  yield* writeTexts(out, terms);
  yield* inSteps(papers.size, (paper) => void out.words(listOf(paper)));
}

const readSearch = (input: ByteReader, { search, papers }: StateParts): void => {
  const terms = readTexts(input);
  const lists = Array.from({ length: papers.size }, () => input.u32s());
  search.restore(terms, lists);
};
