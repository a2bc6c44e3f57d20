import { drawBelow, seededRandom } from '../evaluation/random.js';
import type { RankingConfig } from '../pipeline/ranking-config.js';
import type { Scored, Slot } from '../pipeline/stages.js';

/**
 * Gives some slots to chance: in each, every paper of the exploration pool that was not placed before it is equally likely, and the chance is written down as the slot's propensity
 * (given the slots above it), so that what readers do with them can be weighed without bias later. All other papers keep their order.
 *
 * Only the first `answered` slots are drawn: later pages are pinned by id and could not carry a propensity.
 */
export const fillExplorationSlots = <T extends Scored>(
  ordered: readonly T[],
  answered: number,
  { firstSlot, everySlots }: RankingConfig['exploration'],
  seed: number,
): readonly Slot<T>[] => {
  const random = seededRandom(seed);
  const left = [...ordered];
  const slots: Slot<T>[] = [];
  while (left.length > 0) {
    const isDrawn = everySlots > 0 && slots.length >= firstSlot && slots.length < answered && (slots.length - firstSlot) % everySlots === 0;
    const pool = isDrawn ? left.filter(inPool) : [];
    const taken = pool.length > 0 ? pool[drawBelow(random, pool.length)]! : left[0]!;
    left.splice(left.indexOf(taken), 1);
    slots.push({ item: taken, propensity: pool.length > 0 ? 1 / pool.length : 1, drawn: pool.length > 0 });
  }
  return slots;
};

const inPool = ({ candidate }: Scored): boolean => candidate.findings.some(({ source }) => source === 'exploration');
