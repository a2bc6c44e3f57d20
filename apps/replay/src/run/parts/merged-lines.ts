import { linesOf, type Stretch } from './line-blocks.js';
import { jsonOf } from './part-line.js';
import { byKey } from './sorted-runs.js';

interface Head {
  line: string;
  readonly rest: Iterator<string>;
}

/** Restores the order of a binary heap whose element at `at` may be larger than those below it. */
const sink = (heap: Head[], at: number): void => {
  for (let parent = at; ;) {
    let child = 2 * parent + 1;
    if (child >= heap.length) return;
    if (child + 1 < heap.length && byKey(heap[child + 1]!.line, heap[child]!.line) < 0) child += 1;
    if (byKey(heap[parent]!.line, heap[child]!.line) <= 0) return;
    [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
    parent = child;
  }
};

const headOf = (stretch: Stretch): Head[] => {
  const rest = linesOf(stretch);
  const first = rest.next();
  return first.done === true ? [] : [{ line: first.value, rest }];
};

/** All lines of the stretches in the order of their keys. Each stretch is in order already. */
function* inOrder(stretches: readonly Stretch[]): Generator<string> {
  const heap = stretches.flatMap(headOf).sort((a, b) => byKey(a.line, b.line));
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    yield top.line;
    const next = top.rest.next();
    if (next.done === true) {
      const last = heap.pop()!;
      if (heap.length > 0) heap[0] = last;
    } else top.line = next.value;
    sink(heap, 0);
  }
}

/**
 * The lines of the finished file: in order of their keys, equal ones once. Several workers may each have written what all of them saw; a file is a set of lines,
 * however many wrote it.
 */
export function* mergedLines(stretches: readonly Stretch[]): Generator<string> {
  let last: string | null = null;
  for (const line of inOrder(stretches)) {
    const json = jsonOf(line);
    if (json !== last) yield json;
    last = json;
  }
}
