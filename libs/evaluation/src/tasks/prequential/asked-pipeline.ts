import { rankRequestSchema } from '#contracts';
import type { EpochMs, InteractionEvent, Paper, RankRequest } from '#contracts';
import { RankingState, createRankPipeline, defaultRankingConfig, defaultStateConfig } from '#ranking';
import type { CandidateRows, RankPipeline, RankingConfig } from '#ranking';
import type { LearnedStates } from './learned-states.js';
import { noOpinions } from './ranker.js';
import type { Models } from './ranker.js';

/** Of a small site all readers of a paper can be remembered. */
const CO_READERS = 512;

const configFor = (coReadDepth: number): RankingConfig => ({
  ...defaultRankingConfig,
  coReadDepth: Math.min(coReadDepth, defaultRankingConfig.historyDepth),
  coReadNeighbours: 200,
  candidates: { ...defaultRankingConfig.candidates, coRead: 200 },
});

export interface AskedPipelineOptions {
  /** Length of papers' vectors: shorter ones are filled up with zeros. */
  readonly dimensions: number;
  readonly encoderVersion: string;
  /** Papers of a history that co-reading looks at. */
  readonly coReadDepth: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly stopwatch: () => number;
}

/** The product's fold and pipeline, in which models can be exchanged while the stream goes on. */
export class AskedPipeline {
  private readonly state: RankingState;
  private pipeline: RankPipeline;
  private models: Models = noOpinions;
  private states: LearnedStates | null = null;
  /** Newest record by number. */
  private readonly papers: Paper[] = [];
  private askedMs = 0;
  private asked = 0;

  constructor(private readonly options: AskedPipelineOptions) {
    const { dimensions, encoderVersion } = options;
    this.state = RankingState.empty({ ...defaultStateConfig, coReaders: CO_READERS, dimensions, encoderVersion });
    this.pipeline = this.pipelineNow();
  }

  /** Mean milliseconds of an answer so far. */
  get meanMs(): number {
    return this.askedMs / Math.max(1, this.asked);
  }

  /** @param number the paper's number in what states are learned from. @param vector what its text says, for as long as nothing is learned of papers themselves. */
  foldPaper(number: number, paper: Paper, vector: Float32Array): void {
    this.papers[number] = paper;
    this.state.foldPaper(paper, this.states === null ? this.filledUp(vector) : this.states.vectorOf(number));
  }

  foldInteraction(event: InteractionEvent): void {
    this.state.foldInteraction(event);
  }

  /** Candidates with rows and scores, as `RankPipeline.inspect` answers them. */
  async inspect(request: Pick<RankRequest, 'surface' | 'readerRef' | 'pinned'>, now: EpochMs): Promise<CandidateRows> {
    const whole = rankRequestSchema.parse({ requestId: 'evaluation', ...request, limit: 1, budgetMs: 60_000 });
    const began = this.options.stopwatch();
    const list = await this.pipeline.inspect(whole, { now, seed: 1, remainingMs: () => Infinity });
    this.askedMs += this.options.stopwatch() - began;
    this.asked++;
    return list;
  }

  /** Whether the personal model scored the list: of too little known readers it is not asked. */
  isPersonal({ model }: CandidateRows): boolean {
    return model.name === this.models.personal.name;
  }

  /** From here on papers have the vectors that were learned with the readers' states. */
  useStates(states: LearnedStates): void {
    this.states = states;
    this.papers.forEach((paper, number) => this.state.foldPaper(paper, states.vectorOf(number)));
    this.pipeline = this.pipelineNow();
  }

  /** The models used before are closed. */
  async useModels(models: Models): Promise<void> {
    await this.close();
    this.models = models;
    this.pipeline = this.pipelineNow();
  }

  async close(): Promise<void> {
    await Promise.all([this.models.trending.close(), this.models.personal.close()]);
  }

  private filledUp(vector: Float32Array): Float32Array {
    const filled = new Float32Array(this.state.config.dimensions);
    filled.set(vector);
    return filled;
  }

  private pipelineNow(): RankPipeline {
    return createRankPipeline({
      state: this.state,
      ...this.models,
      ...(this.states === null ? {} : { stateEncoder: this.states.encoder }),
      config: configFor(this.options.coReadDepth),
      stopwatch: this.options.stopwatch,
    });
  }
}
