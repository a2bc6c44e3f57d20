import { TargetAttentionScorer, targetAttentionSettings, trainTargetAttention } from '#model';
import type { ActionHistory, RunMeter } from '#model';
import type { ReaderSequence } from '../../data/sequences.js';
import type { NextItemScorer } from './next-item.js';

/** Chosen on the five choices before the judged ones, as those of the reader state. */
const settings = { ...targetAttentionSettings, horizon: 1, stride: 4, epochs: 8 };

/**
 * A member of the zoo: it looks at the history anew for every candidate, which a state of constant size can not do, and costs as much as the history is long.
 * The caller closes it.
 */
export const targetAttention = async (
  coupled: boolean,
  pasts: readonly ActionHistory[],
  items: number,
  seed: number,
  meter: RunMeter,
): Promise<{ readonly prepare: (reader: ReaderSequence) => Promise<NextItemScorer>; close(): Promise<void> }> => {
  const scorer = await TargetAttentionScorer.open(await trainTargetAttention(pasts, items, coupled, settings, seed, meter));
  return {
    prepare: async ({ items: chosen, strengths, judged }) => {
      const scoresAfter = new Map<number, Float32Array>();
      for (let known = chosen.length - judged; known < chosen.length; known += 1)
        scoresAfter.set(
          known,
          await scorer.score({ items: chosen.subarray(0, known), strengths: strengths.subarray(0, known) }, settings.longest),
        );
      return (_reader, known, scores) => scores.set(scoresAfter.get(known)!);
    },
    close: () => scorer.close(),
  };
};
