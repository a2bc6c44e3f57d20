import { ReaderStateStream, readerStateSettings, trainReaderStates } from '#model';
import type { RunMeter, TrainedReaderStates } from '#model';
import type { ReaderEncoder } from '#ranking';

/** Numbers of a paper's vector: the learned ones and the paper's own bias, so that one inner product gives the whole score. */
export const VECTOR_LENGTH = readerStateSettings.width + 1;

/** Passes over the histories: in a stream there is no later part to say when to stop. */
const PASSES = 30;

/** What was learned of papers and readers from who took up what after what. */
export interface LearnedStates {
  /** By number of the paper, as it was when this was learned; null for papers that nobody had taken up. */
  vectorOf(paper: number): Float32Array | null;
  readonly encoder: ReaderEncoder;
}

/**
 * Trains the encoder of readers' states and the vectors of papers on histories so far.
 * @param histories numbers of papers below `papers`, oldest first.
 */
export const learnStates = async (
  histories: readonly (readonly number[])[],
  papers: number,
  seed: number,
  meter: RunMeter,
): Promise<LearnedStates> => {
  const actions = histories.map((items) => ({ items: Int32Array.from(items), strengths: new Float32Array(items.length).fill(1) }));
  const trained = await trainReaderStates(actions, papers, { ...readerStateSettings, epochs: PASSES }, seed, meter);
  const known = new Set(histories.flat());
  const scale = 1 / longest(trained, papers);
  return {
    vectorOf: (paper) => (paper < papers && known.has(paper) ? vectorAt(trained, paper, scale) : null),
    encoder: scaled(trained, scale),
  };
};

const { width } = readerStateSettings;

const vectorAt = ({ items, bias }: TrainedReaderStates, paper: number, scale: number): Float32Array => {
  const vector = new Float32Array(VECTOR_LENGTH);
  for (let d = 0; d < width; d++) vector[d] = items[paper * width + d]! * scale;
  vector[width] = bias[paper]! * scale;
  return vector;
};

const longest = (trained: TrainedReaderStates, papers: number): number => {
  let most = 1e-9;
  for (let paper = 0; paper < papers; paper++) most = Math.max(most, Math.hypot(...vectorAt(trained, paper, 1)));
  return most;
};

/** The stream reads item vectors as they were learned; the state keeps them scaled to at most one. */
const scaled = ({ shape, parameters }: TrainedReaderStates, scale: number): ReaderEncoder => {
  const stream = new ReaderStateStream('reader-state-of-the-run', shape, new Map(Object.entries(parameters)));
  const item = new Float32Array(width);
  // The output is normalised before its last gains: about this long.
  const length = Math.sqrt(width) + 1;
  return {
    name: stream.name,
    start: () => stream.start(width),
    step(state, action) {
      for (let d = 0; d < width; d++) item[d] = action.vector[d]! / scale;
      stream.step(state, { ...action, vector: item });
    },
    read(state) {
      if (stream.read(state) === null) return null;
      return Float32Array.from([...stream.reading(state), 1], (value) => value / length);
    },
  };
};
