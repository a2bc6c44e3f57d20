import type { SideName } from '../../evaluation/evaluation-result.js';
import { placedPointLayer, SMALL, strokeLayer, wordLayer, type Layer } from '../draw/layers.js';
import { sideLooks } from '../draw/side-look.js';
import { textWidth } from '../draw/text-width.js';
import type { RunFacts } from '../run/run-facts.js';

/** Models named of a side; a stretch that saw more only counts the others. */
const NAMED = 3;

/** How a side is called where there is room: with its models. */
export const sideTitle = (side: SideName, { models }: Pick<RunFacts, 'models'>): string => {
  const all = models[side] ?? [];
  const others = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
  return all.length === 0 ? sideWord(side) : `${sideWord(side)}: ${all.slice(0, NAMED).join(', ')}${others}`;
};

/** How a side is called in a row or beside a mark. */
export const sideWord = (side: SideName): string => (side === 'served' ? 'as served' : side);

/** A key in one row: a piece of each side's line with its point, and its name. Out: layers for a panel, placed from `left` at `top`. */
export const sideKey = (sides: readonly SideName[], left: number, top: number, { points = true, lines = true } = {}): Layer[] => {
  let at = left;
  return sides.flatMap((side) => {
    const { colour, dash, shape, fill } = sideLooks[side];
    const from = at;
    at += 44 + textWidth(sideWord(side), SMALL) + 22;
    return [
      ...(lines
        ? [strokeLayer(`key-line-${side}`, [{ left: from, right: from + 34, top, bottom: top }], { colour, dash, width: 2.2 })]
        : []),
      ...(points ? [placedPointLayer(`key-point-${side}`, [{ left: from + 17, top }], { shape, colour, fill, size: 50 })] : []),
      wordLayer(`key-name-${side}`, [{ text: sideWord(side), left: from + 42, top }]),
    ];
  });
};
