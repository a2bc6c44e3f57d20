import { InferenceSession, Tensor } from '../session/onnx-runtime.js';
import { seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { encoderGraph, quantiseRows } from '../graphs/encoder-graph.js';
import type { QuantisedRows } from '../graphs/encoder-graph.js';
import { softmaxLoss, softmaxLossGraph } from '../graphs/softmax-loss-graph.js';
import { Adam, trainable } from './adam.js';
import { shuffle } from './random.js';
import { randomisedSvd } from './randomised-svd.js';
import type { RunMeter } from './run-meter.js';
import { buildVocabulary, tfIdfMatrix } from './text-matrix.js';
import type { Vocabulary } from './text-matrix.js';
import { WordSums } from './word-sums.js';

export const towerSettings = {
  dimensions: 128,
  minPapers: 2,
  maxShare: 0.5,
  maxTerms: 18_000,
  /** Singular directions are divided by their value to this power before training goes on from them. */
  flattening: 0.35,
  epochs: 24,
  /** Readers a step. */
  batch: 256,
  learningRate: 0.003,
  decay: 0,
  /** Share of words that one step passes over: a paper must be known by any half of its title. */
  wordDropout: 0.5,
  /** Logits are cosines times this. */
  sharpness: 10,
  /** Logits begin with this times the logarithm of how often a paper was chosen, so that the words need not tell what is popular. */
  popularity: 0.5,
} as const;
export type TowerSettings = { readonly [K in keyof typeof towerSettings]: number };

/** Singular values below this share of the largest are taken to be this share. */
const LEAST_DIRECTION = 1e-3;

export interface TrainedTower {
  /** The encoder's graph: term ids and weights in, unit vectors out, word vectors in int8. */
  readonly graph: Uint8Array;
  readonly terms: readonly string[];
  readonly words: QuantisedRows;
  /** Mean loss of the last epoch, in nats a reader. */
  readonly loss: number;
}

/**
 * Learns word vectors by which what readers chose lies near what they choose next. Paper: sum of its words' vectors at length one; reader: mean of the papers at
 * length one. Each step hides half of every history of a batch and asks for it among all papers that anybody chose: multinomial loss, Adam, from
 * latent semantic analysis as the first state. The same texts, histories, settings and seed give the same words on one machine.
 *
 * Source: two towers with a softmax over the catalogue, Covington et al., RecSys 2016; halves of histories as in Liang et al., "Variational autoencoders for
 * collaborative filtering", WWW 2018.
 *
 * @param texts what each paper says. @param histories numbers of the papers that each reader chose; readers of fewer than two teach nothing.
 */
export const trainTower = async (
  texts: readonly { readonly title: string; readonly abstract: string }[],
  histories: readonly Int32Array[],
  settings: TowerSettings,
  seed: number,
  meter: RunMeter,
): Promise<TrainedTower> => {
  const { chosen, readers, counts } = whatWasChosen(histories, texts.length);
  if (readers.length === 0) throw new RangeError('no reader chose two papers or more: there is nothing to learn from');
  const vocabulary = buildVocabulary(texts, settings);
  const random = seededRandom(seed);
  meter.say(`${readers.length} readers, ${chosen.length} papers chosen, ${vocabulary.terms.length} terms`);
  const words = startingWords(texts, vocabulary, settings, random, meter);
  const sums = new WordSums(
    tfIdfMatrix(
      chosen.map((paper) => texts[paper]!),
      vocabulary,
    ),
    settings.dimensions,
  );
  const bias = Float32Array.from(counts, (count) => settings.popularity * Math.log(count));
  const loss = await fit(words, sums, bias, readers, settings, random, meter);
  const quantised = quantiseRows(withIdf(words, vocabulary, settings.dimensions), settings.dimensions);
  return { graph: encoderGraph(quantised), terms: vocabulary.terms, words: quantised, loss };
};

/** Papers that somebody chose, how many did, and the histories in places of that list. */
const whatWasChosen = (histories: readonly Int32Array[], papers: number) => {
  const times = new Int32Array(papers);
  for (const history of histories) for (const paper of history) times[paper]! += 1;
  const chosen = Array.from(times.keys()).filter((paper) => times[paper]! > 0);
  const placeOf = new Int32Array(papers).fill(-1);
  for (const [place, paper] of chosen.entries()) placeOf[paper] = place;
  const readers = histories.filter(({ length }) => length >= 2).map((history) => history.map((paper) => placeOf[paper]!));
  return { chosen, readers, counts: chosen.map((paper) => times[paper]!) };
};

const startingWords = (
  texts: readonly { readonly title: string; readonly abstract: string }[],
  vocabulary: Vocabulary,
  { dimensions, flattening }: TowerSettings,
  random: Random,
  meter: RunMeter,
): Float64Array => {
  const { vectors, singularValues } = randomisedSvd(tfIdfMatrix(texts, vocabulary), dimensions, random);
  meter.say('first word vectors by latent semantic analysis');
  // A small vocabulary has fewer directions than asked for: the others begin at zero, and those of no weight must not be blown up.
  const least = LEAST_DIRECTION * singularValues[0]!;
  return vectors.map((cell, at) => cell * Math.max(singularValues[at % dimensions] ?? 0, least) ** -flattening);
};

/** Folds the inverse document frequency into the word vectors, so that serving needs term counts only. */
const withIdf = (words: Float64Array, { idf }: Vocabulary, dimensions: number): Float64Array =>
  words.map((cell, at) => cell * idf[Math.floor(at / dimensions)]!);

const fit = async (
  words: Float64Array,
  sums: WordSums,
  bias: Float32Array,
  readers: readonly Int32Array[],
  settings: TowerSettings,
  random: Random,
  meter: RunMeter,
): Promise<number> => {
  const group = trainable(words);
  const adam = new Adam([group]);
  const step = await TowerStep.open(sums, bias, settings);
  const steps = settings.epochs * Math.ceil(readers.length / settings.batch);
  let loss = 0;
  try {
    for (let epoch = 1, taken = 0; epoch <= settings.epochs; epoch += 1) {
      const order = shuffle(Int32Array.from(readers.keys()), random);
      loss = 0;
      for (let from = 0; from < order.length; from += settings.batch, taken += 1) {
        const batch = Array.from(order.subarray(from, from + settings.batch), (reader) => halved(readers[reader]!, random));
        sums.encode(words, settings.wordDropout, random);
        loss += await step.run(batch, group.gradients);
        adam.step({ learningRate: settings.learningRate * (1 - taken / steps), decay: settings.decay });
      }
      loss /= readers.length;
      meter.say(`epoch ${epoch} loss ${loss.toFixed(4)}`);
    }
  } finally {
    await step.close();
  }
  return loss;
};

/** A history in two: what is shown and what is asked for; never empty. */
interface Halves {
  readonly shown: Int32Array;
  readonly asked: Int32Array;
}

const halved = (history: Int32Array, random: Random): Halves => {
  const order = shuffle(history.slice(), random);
  const half = Math.ceil(order.length / 2);
  return { shown: order.subarray(0, half), asked: order.subarray(half) };
};

/** Loss of one batch of readers over all papers, and its derivative by the word vectors. */
export class TowerStep {
  readonly #wanted: Float32Array;
  readonly #readers: Float32Array;
  readonly #lengths: Float64Array;
  readonly #slopes: Float64Array;

  private constructor(
    private readonly session: InferenceSession,
    private readonly sums: WordSums,
    private readonly bias: Float32Array,
    private readonly settings: TowerSettings,
  ) {
    this.#wanted = new Float32Array(settings.batch * bias.length);
    this.#readers = new Float32Array(settings.batch * settings.dimensions);
    this.#lengths = new Float64Array(settings.batch);
    this.#slopes = new Float64Array(sums.vectors.length);
  }

  static async open(sums: WordSums, bias: Float32Array, settings: TowerSettings): Promise<TowerStep> {
    const graph = softmaxLossGraph(settings.dimensions, settings.sharpness);
    return new TowerStep(await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 }), sums, bias, settings);
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** Takes the vectors of the last `encode`. Adds the mean gradient of the batch to `gradients`; answers the summed loss. */
  async run(batch: readonly Halves[], gradients: Float64Array): Promise<number> {
    const { dimensions } = this.settings;
    const papers = this.bias.length;
    this.#fill(batch);
    const { inputs, outputs } = softmaxLoss;
    const answers = await this.session.run({
      [inputs.readers]: new Tensor('float32', this.#readers.subarray(0, batch.length * dimensions), [batch.length, dimensions]),
      [inputs.papers]: new Tensor('float32', this.sums.vectors, [papers, dimensions]),
      [inputs.bias]: new Tensor('float32', this.bias, [papers]),
      [inputs.wanted]: new Tensor('float32', this.#wanted.subarray(0, batch.length * papers), [batch.length, papers]),
    });
    const of = (name: string): Float32Array => answers[name]!.data as Float32Array;
    this.#backward(batch, of(outputs.readerSlopes), of(outputs.paperSlopes));
    this.sums.backward(this.#slopes, gradients);
    return of(outputs.loss)[0]!;
  }

  #fill(batch: readonly Halves[]): void {
    const { dimensions } = this.settings;
    const papers = this.bias.length;
    this.#readers.fill(0);
    this.#wanted.fill(0, 0, batch.length * papers);
    for (const [row, { shown, asked }] of batch.entries()) {
      const reader = this.#readers.subarray(row * dimensions, (row + 1) * dimensions);
      for (const paper of shown) {
        this.#wanted[row * papers + paper] = -1;
        for (let d = 0; d < dimensions; d += 1) reader[d]! += this.sums.vectors[paper * dimensions + d]!;
      }
      for (const paper of asked) this.#wanted[row * papers + paper] = 1 / asked.length;
      let squares = 0;
      for (const cell of reader) squares += cell * cell;
      const length = Math.max(Math.sqrt(squares), 1e-6);
      this.#lengths[row] = length;
      for (let d = 0; d < dimensions; d += 1) reader[d]! /= length;
    }
  }

  /** Slopes by every paper's vector: its own as a candidate, and its part of every reader that it stands for. */
  #backward(batch: readonly Halves[], readerSlopes: Float32Array, paperSlopes: Float32Array): void {
    const { dimensions } = this.settings;
    const share = 1 / batch.length;
    for (let at = 0; at < paperSlopes.length; at += 1) this.#slopes[at] = paperSlopes[at]! * share;
    for (const [row, { shown }] of batch.entries()) {
      const from = row * dimensions;
      let along = 0;
      for (let d = 0; d < dimensions; d += 1) along += readerSlopes[from + d]! * this.#readers[from + d]!;
      const scale = share / this.#lengths[row]!;
      for (const paper of shown)
        for (let d = 0; d < dimensions; d += 1)
          this.#slopes[paper * dimensions + d]! += scale * (readerSlopes[from + d]! - along * this.#readers[from + d]!);
    }
  }
}
