/**
 * Moves labels of one column apart until each has `gap`, as little as possible in sum of squares: neighbours that touch become a block that stands at the mean of
 * what its members wanted (pool adjacent violators, Barlow et al. 1972).
 * @param wanted places in pixels, any order. Out: places in the order of `wanted`. Everything stays between `low` and `high` when it fits there.
 */
export const spreadLabels = (wanted: readonly number[], gap: number, low: number, high: number): number[] => {
  const order = wanted.map((_, at) => at).sort((x, y) => wanted[x]! - wanted[y]! || x - y);
  const blocks: { sum: number; members: number[] }[] = [];
  for (const [rank, at] of order.entries()) {
    // Taking `rank * gap` off turns "at least a gap apart" into "not falling".
    blocks.push({ sum: wanted[at]! - rank * gap, members: [at] });
    while (blocks.length > 1 && meanOf(blocks.at(-2)!) > meanOf(blocks.at(-1)!)) {
      const last = blocks.pop()!;
      blocks.at(-1)!.sum += last.sum;
      blocks.at(-1)!.members.push(...last.members);
    }
  }
  const places = wanted.map(() => 0);
  const most = high - (wanted.length - 1) * gap;
  let rank = 0;
  for (const block of blocks) {
    const place = Math.max(low, Math.min(most, meanOf(block)));
    for (const at of block.members) places[at] = place + gap * rank++;
  }
  return places;
};

const meanOf = ({ sum, members }: { readonly sum: number; readonly members: readonly number[] }): number => sum / members.length;
