import type { EpochMs, PaperId, ReaderRef } from '#contracts';
import { mean } from '#ranking';
import type { CandidateRows, PaperEncoder } from '#ranking';
import type { TimedData, TimedEvent, TimedPaper } from '../../data/timed.js';
import { AskedPipeline } from './asked-pipeline.js';
import { Catalogue } from './catalogue.js';
import { crowdBaselines } from './crowd.js';
import type { CrowdBaseline } from './crowd.js';
import { VECTOR_LENGTH } from './learned-states.js';
import type { LearnedStates } from './learned-states.js';
import { gainAt, placeByScores, placeInOrder } from './placing.js';
import type { Placed } from './placing.js';
import type { Plan } from './plan.js';
import type { LearningRanker } from './ranker.js';
import type { PrequentialSettings } from './settings.js';

/** A choice that was asked about: where each system had put it. */
export interface Case {
  readonly reader: ReaderRef;
  readonly at: EpochMs;
  /** Papers that the reader had done something with. */
  readonly historySize: number;
  /** Papers that could have been chosen. */
  readonly choosable: number;
  readonly placed: ReadonlyMap<string, Placed>;
  /** What the measures beyond places need: topics of the history, and how many readers had chosen each paper of a top list. */
  readonly history: readonly number[];
  readonly readers: number;
  readonly chosenBy: ReadonlyMap<number, number>;
}

export const PIPELINE = 'pipeline';
export const FUSION = 'rank fusion of our sources';

export interface ReplayParts {
  readonly encoder: PaperEncoder;
  readonly ranker: LearningRanker;
  /** Papers of a history that co-reading looks at. */
  readonly coReadDepth: number;
  /** Makes vectors of papers and an encoder of readers' states from histories, where the plan wants them. */
  learnStates(histories: readonly (readonly number[])[], papers: number): Promise<LearnedStates>;
}

export interface Replayed {
  readonly cases: readonly Case[];
  readonly catalogue: Catalogue;
  /** Judged baselines, one of each family, and what each was chosen from. */
  readonly chosen: readonly {
    readonly baseline: CrowdBaseline;
    readonly from: readonly { readonly name: string; readonly ndcg: number }[];
  }[];
  readonly inspectMs: number;
}

/**
 * Plays the stream through the real fold, asking the real pipeline for a reader's list right before the reader's choice is folded: score, then learn. The ranker is fitted from lists of the past only.
 */
export const replay = async (
  data: TimedData,
  plan: Plan,
  parts: ReplayParts,
  settings: PrequentialSettings,
  stopwatch: () => number,
): Promise<Replayed> => {
  const run = new Replay(data, plan, parts, settings, stopwatch);
  const vectors = await parts.encoder.encode(data.papers.map(({ paper }) => paper));
  let nextPaper = 0;
  for (const [place, happening] of data.events.entries()) {
    for (; nextPaper < data.papers.length && data.papers[nextPaper]!.at <= happening.at; nextPaper++)
      run.takePaper(data.papers[nextPaper]!, vectors[nextPaper]!);
    if (place === plan.warmUpEnd) run.chooseBaselines();
    if (plan.states.has(place)) await run.learnStates();
    if (plan.fits.has(place)) await run.fit();
    const [judged, learned] = [plan.judged.has(place), plan.learned.has(place)];
    if (judged || learned) await run.ask(happening, { judged, learned });
    run.take(happening);
  }
  await run.close();
  return run.result();
};

class Replay {
  private readonly pipeline: AskedPipeline;
  private readonly catalogue = new Catalogue();
  private readonly cases: Case[] = [];
  private baselines: readonly CrowdBaseline[];
  private chosen: Replayed['chosen'] = [];
  private readonly early = new Map<CrowdBaseline, number[]>();

  constructor(
    data: TimedData,
    plan: Plan,
    private readonly parts: ReplayParts,
    private readonly settings: PrequentialSettings,
    stopwatch: () => number,
  ) {
    const { encoder, coReadDepth } = parts;
    const papers = new Set(data.papers.map(({ paper }) => paper.id)).size;
    const hasVotes = data.events.some(({ role }) => role === 'vote');
    this.baselines = crowdBaselines(papers, hasVotes);
    for (const baseline of this.baselines) this.early.set(baseline, []);
    const dimensions = Math.max(encoder.dimensions, plan.states.size === 0 ? 0 : VECTOR_LENGTH);
    this.pipeline = new AskedPipeline({ dimensions, encoderVersion: encoder.version, coReadDepth, stopwatch });
  }

  takePaper({ at, paper }: TimedPaper, vector: Float32Array): void {
    this.pipeline.foldPaper(this.catalogue.addPaper(paper.id, paper.topics, at), paper, vector);
  }

  take({ at, event, role, paper: id }: TimedEvent): void {
    this.pipeline.foldInteraction(event);
    const paper = id === null ? undefined : this.catalogue.numberOf(id);
    if (paper === undefined || role === 'other') return;
    if (role === 'vote') {
      for (const baseline of this.baselines) baseline.vote(paper, at);
      return;
    }
    const { readerRef } = event.data;
    if (this.catalogue.hasSeen(readerRef, paper)) return;
    const history = this.catalogue.historyOf(readerRef);
    for (const baseline of this.baselines) baseline.take(history, paper, at);
    this.catalogue.remember(readerRef, paper);
  }

  /** Asks for the list of the one who is about to choose; a judged list is learned from as well. */
  async ask(
    { at, event, paper: id }: TimedEvent,
    { judged, learned }: { readonly judged: boolean; readonly learned: boolean },
  ): Promise<void> {
    const { readerRef } = event.data;
    const wanted = id === null ? undefined : this.catalogue.numberOf(id);
    // Some sources have a contact with something a moment before it is there: nobody could have proposed it.
    if (id === null || wanted === undefined) return;
    const list = await this.pipeline.inspect({ surface: 'for-you', readerRef }, at);
    const allowed = this.choosable(readerRef);
    const byCrowd = this.baselines.map((baseline) => ({ baseline, placed: this.placeBy(baseline, readerRef, at, allowed, wanted) }));
    if (judged) this.cases.push(this.caseOf(readerRef, at, allowed, list, wanted, byCrowd));
    else if (this.chosen.length === 0)
      for (const { baseline, placed } of byCrowd) this.early.get(baseline)!.push(gainAt(placed.place, this.settings.depth));
    const isProposed = list.candidates.some(({ paperId }) => paperId === id);
    if (learned && isProposed && this.pipeline.isPersonal(list))
      await this.parts.ranker.learnFrom(list, id, (pinned) => this.pipeline.inspect({ surface: 'trending', pinned: [...pinned] }, at));
  }

  /** Of each family the one that did best before anything is judged. */
  chooseBaselines(): void {
    const families = [...new Set(this.baselines.map(({ family }) => family))];
    this.chosen = families.map((family) => {
      const members = this.baselines.filter((baseline) => baseline.family === family);
      const from = members.map((baseline) => ({ baseline, name: baseline.name, ndcg: mean(this.early.get(baseline) ?? []) }));
      return { baseline: from.reduce((best, next) => (next.ndcg > best.ndcg ? next : best)).baseline, from };
    });
    this.baselines = this.chosen.map(({ baseline }) => baseline);
  }

  async learnStates(): Promise<void> {
    this.pipeline.useStates(await this.parts.learnStates(this.catalogue.allHistories(), this.catalogue.size));
  }

  async fit(): Promise<void> {
    const fitted = await this.parts.ranker.fit();
    if (fitted !== null) await this.pipeline.useModels(fitted);
  }

  close(): Promise<void> {
    return this.pipeline.close();
  }

  result(): Replayed {
    return { cases: this.cases, catalogue: this.catalogue, chosen: this.chosen, inspectMs: this.pipeline.meanMs };
  }

  /** [papers], 1 = known by now and new to this reader. */
  private choosable(reader: ReaderRef): Uint8Array {
    const allowed = new Uint8Array(this.catalogue.size).fill(1);
    for (const paper of this.catalogue.historyOf(reader)) allowed[paper] = 0;
    return allowed;
  }

  private placeBy(baseline: CrowdBaseline, reader: ReaderRef, now: EpochMs, allowed: Uint8Array, wanted: number): Placed {
    const scores = new Float64Array(this.catalogue.size);
    baseline.score(this.catalogue.historyOf(reader), now, this.catalogue.since, scores);
    return placeByScores(scores, this.catalogue.chosenBy, allowed, wanted, this.settings.depth);
  }

  private caseOf(
    reader: ReaderRef,
    at: EpochMs,
    allowed: Uint8Array,
    list: CandidateRows,
    wanted: number,
    byCrowd: readonly { readonly baseline: CrowdBaseline; readonly placed: Placed }[],
  ): Case {
    const { depth } = this.settings;
    const inOrder = (scoreOf: (row: number) => number): Placed => placeInOrder(this.inOrder(list, scoreOf), wanted, depth);
    const placed = new Map<string, Placed>([
      [PIPELINE, inOrder((row) => list.scores[row]!)],
      [FUSION, inOrder((row) => fused(list.candidates[row]!.sources))],
      ...byCrowd.map(({ baseline, placed: own }) => [baseline.name, own] as const),
    ]);
    const shown = new Set([...placed.values()].flatMap(({ top }) => top));
    return {
      reader,
      at,
      historySize: this.catalogue.historyOf(reader).length,
      choosable: allowed.reduce((sum, one) => sum + one, 0),
      placed,
      history: [...this.catalogue.historyOf(reader)],
      readers: this.catalogue.readers,
      chosenBy: new Map([...shown].map((paper) => [paper, this.catalogue.chosenBy[paper]!])),
    };
  }

  /** Numbers of the candidates, best first, equal scores by id as the pipeline has them. */
  private inOrder({ candidates }: CandidateRows, scoreOf: (row: number) => number): number[] {
    const rows = candidates.map(({ paperId }, row) => ({ paperId, score: scoreOf(row) }));
    rows.sort((a, b) => b.score - a.score || (a.paperId < b.paperId ? -1 : 1));
    return rows.map(({ paperId }) => this.catalogue.numberOf(paperId as PaperId)!);
  }
}

/** Reciprocal rank fusion over what the sources propose; chance is no opinion. Source: Cormack et al., SIGIR 2009. */
const fused = (sources: Readonly<Record<string, number>>): number =>
  Object.entries(sources).reduce((sum, [source, rank]) => (source === 'exploration' ? sum : sum + 1 / (60 + rank)), 0);
