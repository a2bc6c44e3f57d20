import { createHash } from 'node:crypto';
import {
  isStateAction,
  positionKey,
  type EpochMs,
  type InteractionData,
  type InteractionEvent,
  type Paper,
  type Positions,
} from '#contracts';
import { actionCodes } from './action-codes.js';
import { AdditiveDigest } from './additive-digest.js';
import { BUCKET_MS, timesOf, type EventTimes } from './clock.js';
import { hash64, type Hash64 } from './hash64.js';
import { digestOf, factsOf } from './paper-facts.js';
import type { ReaderRecord } from './reader-table.js';
import { SEED_OF_SELF, type RegisterWrite } from './registers.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';
import type { FoldOutcome, StateConfig } from './state-config.js';
import { emptyParts, type StateParts } from './state-parts.js';
import { encodePaper, encodeReader } from './state-hash.js';
import { StateMovedFailure } from './state-snapshot.failure.js';
import { isEngagement, isRead } from './strength.js';

export interface StateStats {
  /** Papers that may be shown. */
  readonly papers: number;
  readonly readers: number;
  /** Distinct interactions folded, late ones left out. */
  readonly interactions: number;
  /** Greatest `recordedtime` folded; 0 before the first. */
  readonly watermark: EpochMs;
}

/**
 * All that the ranker knows, as a fold of `papers.v1` and `interactions.v1`.
 *
 * The same records in any interleaving of partitions, with any duplicates, give the same `hash()` and the same feeds: counts are integers of sets, registers are maxima, rings are the top of
 * a set, and everything fractional is computed at read time in a fixed order. Papers go by log order, which is total for one key. Folding never throws on an event that
 * its schema accepts.
 */
export class RankingState {
  private readonly positionOf = new Map<string, bigint>();
  private readonly paperDigest = new AdditiveDigest();
  private readonly readerDigest = new AdditiveDigest();
  private hashedBorder = 0;
  /** Calls that may have changed what a snapshot holds, positions aside. */
  private changes = 0;
  private interactions = 0;
  private latest: EpochMs = 0;
  private stale = false;

  private constructor(readonly parts: StateParts) {}

  static empty(config: StateConfig): RankingState {
    return new RankingState(emptyParts(config));
  }

  get config(): StateConfig {
    return this.parts.config;
  }

  get stats(): StateStats {
    const { papers, readers } = this.parts;
    return { papers: papers.liveCount, readers: readers.size, interactions: this.interactions, watermark: this.latest };
  }

  get positions(): Positions {
    return Object.fromEntries([...this.positionOf].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, next]) => [key, next.toString()]));
  }

  /** Records of the partition below `next` are folded. Positions never move back. */
  advance(topic: string, partition: number, next: bigint): void {
    const key = positionKey(topic, partition);
    if (next > (this.positionOf.get(key) ?? -1n)) this.positionOf.set(key, next);
  }

  /** Whether the record at this offset was folded before, so that the caller skips it. */
  isBehind(topic: string, partition: number, offset: bigint): boolean {
    return offset < (this.positionOf.get(positionKey(topic, partition)) ?? 0n);
  }

  /** True after a restore with another encoder: vectors are gone and positions of `papers.v1` with them, so reading on from `positions` folds and encodes every paper again. */
  get vectorsStale(): boolean {
    return this.stale;
  }

  /**
   * Takes the newest record of a paper. `vector` is the content vector (length `config.dimensions`, unit norm), null or all zeros when there is none.
   * @returns `duplicate` when this very content and vector were there already.
   */
  foldPaper(paper: Paper | { readonly id: string; readonly withdrawn: true }, vector: Float32Array | null): FoldOutcome {
    const { papers, entities, vectors } = this.parts;
    this.changes++;
    const number = papers.numberOf(paper.id);
    if ('withdrawn' in paper) return this.withdraw(number);
    const digest = digestOf(paper);
    const row = vector !== null && vector.length === vectors.dimensions && vector.some((x) => x !== 0) ? vector : null;
    const same = papers.isLive(number) && Buffer.compare(digest, papers.digestOf(number)) === 0;
    if (same && sameRow(vectors.get(number), row)) return 'duplicate';
    vectors.set(number, row);
    if (same) return 'applied';
    this.countRecords(number, -1);
    const facts = factsOf(paper, entities, (id) => papers.numberOf(id));
    papers.put(number, facts, digest, (entity) => entities.canonicalOf(entity));
    this.countRecords(number, 1);
    this.parts.search.put(number, paper);
    this.parts.fresh.put(number, facts.since);
    this.paperDigest.touch(number);
    return 'applied';
  }

  foldInteraction(event: InteractionEvent): FoldOutcome {
    this.changes++;
    const times = timesOf(event);
    if (times === null) return 'late';
    if (times.recorded > this.latest) this.advanceWatermark(times.recorded);
    const { data } = event;
    if (times.late || this.parts.ids.isForgotten(times.time)) return 'late';
    const id = hash64(`${data.readerRef} ${event.id}`);
    const isNew = this.parts.ids.add(times.time, id);
    // A register is idempotent and must see even duplicates: a retry may have been recorded later than the first, and the later stamp stands in whatever order they come.
    if (!isNew && !isStateAction(data.action)) return 'duplicate';
    const reader = this.parts.readers.numberOf(data.readerRef);
    const record = this.parts.readers.get(reader);
    if (isNew) {
      this.parts.readers.countEvent(reader, id);
      this.interactions++;
    }
    this.readerDigest.touch(reader);
    record.revision++;
    const won = isStateAction(data.action) ? this.foldRegister(reader, record, data, times, hash64(event.id)) : true;
    if (isNew) this.remember(reader, record, data, times.time);
    if (isNew && !isStateAction(data.action)) this.countOccurrence(data, times.time);
    return isNew ? (won ? 'applied' : 'superseded') : 'duplicate';
  }

  /**
   * Tells that everything recorded before this moment, in every partition, has been folded; event ids older than the dedupe horizon are then dropped. Call it now and then, while
   * lag is nothing (snapshots are a good time).
   */
  forgetBefore(caughtUpTo: EpochMs): void {
    this.changes++;
    this.parts.ids.forgetBefore(caughtUpTo);
    this.parts.counted.forgetBefore(caughtUpTo);
  }

  /** Canonical SHA-256 (hex) of everything that feeds can depend on but vectors: no floats, no arrival order, no positions. Costs what changed since the last call. */
  hash(): string {
    const { config } = this.parts;
    this.touchCoarsened();
    return createHash('sha256')
      .update(`broadsheet-state-1 ${config.ringSize} ${config.exposureSize} ${config.coReaders} ${this.latest} ${this.interactions}`)
      .update(this.paperDigest.settle((paper) => encodePaper(this.parts, paper)))
      .update(this.readerDigest.settle((reader) => encodeReader(this.parts, reader)))
      .digest('hex');
  }

  /**
   * Does a part of what the next `hash()` has to do, for at most `members` papers and as many readers: after a restore, or when counts are coarsened at an hour's end, doing all of it
   * at once would hold everything else up.
   * @returns how many papers and readers are left.
   */
  prepareHash(members: number): number {
    this.touchCoarsened();
    return (
      this.paperDigest.settleSome(members, (paper) => encodePaper(this.parts, paper)) +
      this.readerDigest.settleSome(members, (reader) => encodeReader(this.parts, reader))
    );
  }

  /** The state with its positions, as one checksummed binary. */
  serialize(): Uint8Array {
    const steps = this.serializeInSteps();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  /**
   * The same, a fraction of a millisecond a step, so that requests can be answered in between. Positions are those of the first step. Nothing may be folded before the last.
   * @throws {StateMovedFailure} something was.
   */
  *serializeInSteps(): Generator<undefined, Uint8Array> {
    const { parts, positions, latest: watermark, interactions, changes } = this;
    const steps = writeSnapshot({ parts, positions, watermark, interactions });
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      yield;
      if (this.changes !== changes) throw new StateMovedFailure();
    }
  }

  /** @throws {StateSnapshotFailure} the bytes are damaged, cut, of another version or of other sizes than `config`. */
  static deserialize(bytes: Uint8Array, config: StateConfig): RankingState {
    const parts = emptyParts(config);
    const state = new RankingState(parts);
    const { positions, watermark, interactions, vectorsStale } = readSnapshot(bytes, parts);
    for (const [key, next] of Object.entries(positions)) state.positionOf.set(key, BigInt(next));
    state.advanceWatermark(watermark);
    state.interactions = interactions;
    state.stale = vectorsStale;
    for (const paper of parts.counts.counted) parts.decayed.touch(paper);
    for (let paper = 0; paper < parts.papers.size; paper++) {
      state.countRecords(paper, 1);
      state.paperDigest.touch(paper);
    }
    for (let reader = 0; reader < parts.readers.size; reader++) state.readerDigest.touch(reader);
    return state;
  }

  /** Counts that were coarsened since the last hash read otherwise now. */
  private touchCoarsened(): void {
    const { counts } = this.parts;
    if (counts.border === this.hashedBorder) return;
    this.hashedBorder = counts.border;
    for (const paper of counts.counted) this.paperDigest.touch(paper);
  }

  private withdraw(paper: number): FoldOutcome {
    const { papers, entities } = this.parts;
    if (papers.statusOf(paper) === 'withdrawn') return 'duplicate';
    this.countRecords(paper, -1);
    papers.put(paper, null, null, (entity) => entities.canonicalOf(entity));
    this.parts.vectors.set(paper, null);
    this.parts.search.remove(paper);
    this.parts.fresh.remove(paper);
    this.paperDigest.touch(paper);
    return 'applied';
  }

  private advanceWatermark(recorded: EpochMs): void {
    this.latest = recorded;
    this.parts.counts.advance(recorded);
  }

  private foldRegister(reader: number, record: ReaderRecord, data: InteractionData, { time, recorded }: EventTimes, id: Hash64): boolean {
    const { papers, entities, registers } = this.parts;
    const { target } = data;
    const isPaper = target.kind === 'paper';
    const number = isPaper ? papers.numberOf(target.id) : entities.canonicalOf(entities.numberOf(target.kind, target.id));
    const key = { reader, action: actionCodes[data.action], isPaper, target: number, trusted: data.trust === 'server' };
    const write: RegisterWrite = { on: data.on === true, value: registerValue(data), time, recorded, id };
    const { won, before, head } = registers.write(key, write, record.registers);
    record.registers = head;
    if (!won) return false;
    // A first "on" that no twin of other trust contends leaves what was computed from the ring valid; any other write may void an entry of it.
    const contended = before !== null || registers.find({ ...key, trusted: !key.trusted }) >= 0;
    if (contended || !write.on || data.action === 'hide') record.rebuilt = record.revision;
    if (isPaper && key.trusted) {
      if (before?.on === true) this.count(number, key.action, before.time, -1);
      if (write.on) this.count(number, key.action, time, 1);
    }
    return true;
  }

  /** Ring, exposures, read marks and co-reading: what the reader did, in the order it was done. */
  private remember(reader: number, record: ReaderRecord, data: InteractionData, time: EpochMs): void {
    if (data.target.kind !== 'paper' || data.on === false) return;
    const { papers, readers, config, read, coReaders } = this.parts;
    const paper = papers.numberOf(data.target.id);
    const action = actionCodes[data.action];
    const trusted = data.trust === 'server';
    const entry = { time, paper, action, trusted, value: ringValue(data) };
    const idOf = (number: number): string => papers.idOf(number);
    if (data.action === 'impression') {
      record.exposures.add(entry, config.exposureSize, idOf);
      return;
    }
    if (record.actions.add(entry, config.ringSize, idOf) === 'changed') record.rebuilt = record.revision;
    if (isRead(action) && read.add(reader, paper)) readers.countRead(reader, hash64(data.target.id));
    if (trusted && isEngagement(entry) && coReaders.add(paper, reader)) this.paperDigest.touch(paper);
  }

  /** Distinct trusted readers per paper, action and ten minutes. */
  private countOccurrence(data: InteractionData, time: EpochMs): void {
    if (data.trust !== 'server' || data.target.kind !== 'paper') return;
    const bucket = Math.floor(time / BUCKET_MS);
    const key = hash64(`${data.readerRef} ${data.action} ${bucket} ${data.target.id}`);
    if (!this.parts.counted.add(time, key)) return;
    this.count(this.parts.papers.numberOf(data.target.id), actionCodes[data.action], time, 1);
  }

  private count(paper: number, action: number, time: EpochMs, delta: 1 | -1): void {
    this.parts.counts.add(paper, action, time, delta);
    this.parts.decayed.touch(paper);
    this.paperDigest.touch(paper);
    if (action === actionCodes.upvote) this.creditVotes(paper, delta);
  }

  /** Adds or takes back a paper, with its votes, from the records of those who stand behind it. */
  private countRecords(paper: number, sign: 1 | -1): void {
    const facts = this.parts.papers.factsOf(paper);
    if (facts === null) return;
    const votes = facts.upvotes + this.parts.decayed.upvotesOf(paper);
    this.forBackers(paper, (entity) => this.parts.records.add(entity, sign, sign * votes));
  }

  private creditVotes(paper: number, delta: number): void {
    this.forBackers(paper, (entity) => this.parts.records.add(entity, 0, delta));
  }

  private forBackers(paper: number, visit: (entity: number) => void): void {
    const { papers, entities } = this.parts;
    const facts = papers.factsOf(paper);
    if (facts === null) return;
    if (facts.organization >= 0) visit(entities.canonicalOf(facts.organization));
    if (facts.submitter >= 0) visit(entities.canonicalOf(facts.submitter));
    if (facts.codeOwner >= 0) visit(entities.canonicalOf(facts.codeOwner));
    // Two spellings of one author on one paper are one author.
    for (const author of new Set(facts.authors.map((each) => entities.canonicalOf(each)))) visit(author);
  }
}

const sameRow = (there: Float32Array | null, row: Float32Array | null): boolean =>
  there === null || row === null ? there === row : there.every((x, i) => x === row[i]);

const tenths = (stars: number | undefined): number => Math.max(0, Math.min(127, Math.round((stars ?? 0) * 10)));

const registerValue = ({ action, value, self }: InteractionData): number =>
  action === 'rate' ? tenths(value) : action === 'seed' && self === true ? SEED_OF_SELF : 0;

const ringValue = ({ action, value }: InteractionData): number =>
  action === 'rate' ? tenths(value) : action === 'dwell' ? Math.max(0, Math.min(255, Math.round(value ?? 0))) : 0;
