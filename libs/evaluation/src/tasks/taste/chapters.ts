/** Part of a story: `from` to `to` (not included) is judged by what was learned from everything before `from`. */
export interface Chapter {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts lists in order of time into chapters, each at least `growth` times as long a past as the one before, so that learning anew for each costs in all only a
 * few times what the last one costs. A border never falls inside a day: nothing of a day is learned before all of it was judged.
 *
 * The first chapter has learned from nothing.
 *
 * @param days of the lists, ascending. @param first lists that are enough to learn from. @param growth above 1.
 */
export const chaptersOf = (days: readonly number[], first: number, growth: number): Chapter[] => {
  const borders = [0];
  for (let wanted = first; wanted < days.length; wanted = Math.ceil(wanted * growth)) {
    let border = wanted;
    while (border < days.length && days[border] === days[border - 1]) border += 1;
    if (border < days.length && border > borders.at(-1)!) borders.push(border);
  }
  return borders.map((from, place) => ({ from, to: borders[place + 1] ?? days.length }));
};
