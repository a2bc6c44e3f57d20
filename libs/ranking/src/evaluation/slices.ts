/** Cases of readers who had done as much before. */
export interface ActivitySlice {
  /** "1 to 4", "50 or more". */
  readonly label: string;
  /** Places of the cases, ascending. */
  readonly cases: readonly number[];
}

/**
 * Cases by how much the reader had done before. Slices without a case are left out.
 * @param activity of each case, whole numbers. @param borders ascending; each begins a slice, and what is below the first is in none.
 */
export const activitySlices = (activity: ArrayLike<number>, borders: readonly number[]): ActivitySlice[] =>
  borders.flatMap((from, at) => {
    const to = borders[at + 1] ?? Infinity;
    const cases: number[] = [];
    for (let place = 0; place < activity.length; place++) if (activity[place]! >= from && activity[place]! < to) cases.push(place);
    const label = to === Infinity ? `${from} or more` : to === from + 1 ? String(from) : `${from} to ${to - 1}`;
    return cases.length === 0 ? [] : [{ label, cases }];
  });
