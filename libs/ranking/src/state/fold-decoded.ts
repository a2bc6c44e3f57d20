import type { Decoded, InteractionEvent, Paper } from '#contracts';
import type { PaperEncoder } from '../ports.js';
import type { FoldOutcome } from './state-config.js';

/** What a fold needs of the state. */
export interface FoldedState {
  foldPaper(paper: Paper | { readonly id: string; readonly withdrawn: true }, vector: Float32Array | null): FoldOutcome;
  foldInteraction(event: InteractionEvent): FoldOutcome;
}

export type Readable = Exclude<Decoded, { readonly kind: 'unreadable' }>;

/** Folds what one record says: the step that the live fold and every replay share. @param vector of a paper; null for none, and for all else. */
export const foldDecoded = (state: FoldedState, decoded: Readable, vector: Float32Array | null): FoldOutcome => {
  if (decoded.kind === 'interaction') return state.foldInteraction(decoded.event);
  if (decoded.kind === 'paper') return state.foldPaper(decoded.paper, vector);
  return state.foldPaper({ id: decoded.paperId, withdrawn: true }, null);
};

/** Papers encoded by one run of the model: long enough to be worth the call, short enough that a Rank request is not held up. */
export const ENCODE_BATCH = 8;

/** Vectors in input order, null for a paper that cannot be encoded. When a batch fails, each paper is tried alone: one bad text must not cost its neighbours their vectors. */
export const encodeEach = async (
  encoder: Pick<PaperEncoder, 'encode'>,
  papers: readonly Paper[],
  notEncoded: (paperId: string, error: unknown) => void,
): Promise<(Float32Array | null)[]> => {
  const [first] = papers;
  if (first === undefined) return [];
  try {
    return [...(await encoder.encode(papers))];
  } catch (error) {
    if (papers.length > 1) {
      const vectors: (Float32Array | null)[] = [];
      for (const paper of papers) vectors.push(...(await encodeEach(encoder, [paper], notEncoded)));
      return vectors;
    }
    notEncoded(first.id, error);
    return [null];
  }
};
