import { createHash } from 'node:crypto';
import { rankRequestSchema, type Action, type EpochMs, type InteractionEvent, type PaperId } from '#contracts';
import { seedOf, type RankingState } from '#ranking';
import type { ReplayedRequest } from '../files/run-files.js';
import type { LogEntry } from '../fold/log-entry.js';
import type { AskedRequest, Cursor } from './engine-types.js';
import type { Answer, Ranker } from './ranker.js';
import { handOn, type ReplayWork } from './replay-work.js';
import { isMine } from './share.js';

/** Actions by which a reader says that a paper was worth it. */
const positive: ReadonlySet<Action> = new Set(['upvote', 'save', 'open', 'outbound']);
/** Places that are asked for: what measures at 50 need. */
const SLOTS = 50;
/** Nobody was served this, so no experiment held it. */
const ARM = 'control';

/** An id of the question "what would this reader have been shown just before this?", the same in every replay. */
const requestIdOf = ({ id, data }: InteractionEvent): string =>
  `choice-${createHash('sha256').update(`${data.readerRef} ${id}`).digest('base64url').slice(0, 32)}`;

/** A choice that for-you could have offered: the first positive thing that a known reader does with a paper that is there. */
const choiceOf = ({ decoded }: LogEntry, { parts }: RankingState): { event: InteractionEvent; paperId: PaperId; action: Action } | null => {
  if (decoded.kind !== 'interaction') return null;
  const { event } = decoded;
  const { action, target, trust, on } = event.data;
  if (!positive.has(action) || target.kind !== 'paper' || trust !== 'server' || on === false) return null;
  const paper = parts.papers.find(target.id);
  const reader = parts.readers.find(event.data.readerRef);
  if (paper === undefined || !parts.papers.isLive(paper)) return null;
  return reader !== undefined && parts.read.has(reader, paper) ? null : { event, paperId: target.id, action };
};

/** Asks for-you of readers just before they choose: prequential evaluation, in which every choice is judged by what was known before it. */
export class Choices {
  #cursor: Cursor = 0;

  constructor(
    private readonly work: ReplayWork,
    private readonly ranker: Ranker,
  ) {}

  /** Kept choices so far, of all shares. */
  get asked(): number {
    return this.#cursor;
  }

  /** To be called with each entry of the replayed stretch before it is folded. */
  async before(entry: LogEntry, at: EpochMs): Promise<void> {
    const choice = choiceOf(entry, this.ranker.state);
    if (choice === null) return;
    const { event, paperId, action } = choice;
    const { readerRef } = event.data;
    const asked: AskedRequest = {
      requestId: requestIdOf(event),
      at,
      surface: 'for-you',
      readerRef,
      arm: ARM,
      served: null,
      chosen: { paperId, action },
    };
    if (!this.work.options.keep(asked)) return;
    const cursor = this.#cursor;
    this.#cursor += 1;
    if (isMine(this.work.options, cursor)) await this.#ask(asked, { paperId, action }, cursor);
  }

  async #ask({ requestId, at, readerRef }: AskedRequest, chosen: NonNullable<ReplayedRequest['chosen']>, cursor: Cursor): Promise<void> {
    const request = rankRequestSchema.parse({ requestId, surface: 'for-you', readerRef, limit: SLOTS, budgetMs: 1 });
    const moment = { now: at, seed: seedOf(`${this.work.options.seed} ${requestId}`), remainingMs: () => Infinity };
    const answers = await this.ranker.rank(request, moment, ARM);
    const places = await this.ranker.places(request, moment, chosen.paperId);
    const slateOf = (side: number) => (answers[side] === undefined ? undefined : placed(answers[side], places[side] ?? null));
    const [a, b] = [slateOf(0), slateOf(1)];
    if (a === undefined) throw new RangeError('there is no side to rank with');
    const line: ReplayedRequest = {
      requestId,
      at: new Date(at).toISOString(),
      surface: 'for-you',
      ...(request.readerRef === undefined ? {} : { readerRef: request.readerRef }),
      arm: ARM,
      history: this.ranker.historyOf(readerRef),
      chosen,
      a,
      ...(b === undefined ? {} : { b }),
    };
    await handOn(this.work, line, cursor);
  }
}

const placed = ({ slate }: Answer, place: number | null): ReplayedRequest['a'] => ({ ...slate, place });
