import { sleep } from '../promises/figures.js';

/** Begins work at even times, whether what was begun before has ended or not, and ends when all of it has, or after the first that fails. `due`: when it should begin, in ms of `performance.now()`. */
export const atEvenPace = async (count: number, perSecond: number, work: (turn: number, due: number) => Promise<void>): Promise<void> => {
  const began = performance.now();
  const open: Promise<void>[] = [];
  const failures: unknown[] = [];
  for (let turn = 0; turn < count && failures.length === 0; turn += 1) {
    const due = began + (turn * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    open.push(work(turn, due).catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(open);
  if (failures.length > 0) throw failures[0];
};
