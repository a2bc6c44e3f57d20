import type { Cursor, EngineOptions } from './engine-types.js';

/** Whether this worker has to rank a request: it is of its share, and was not ranked before an interruption. */
export const isMine = ({ share, after }: Pick<EngineOptions, 'share' | 'after'>, cursor: Cursor): boolean =>
  cursor > (after ?? -1) && (share === undefined || cursor % share.of === share.index);

/** Of so many requests, those that this worker has to rank. */
export const sizeOfShare = (options: Pick<EngineOptions, 'share' | 'after'>, requests: number): number => {
  let mine = 0;
  for (let cursor = 0; cursor < requests; cursor += 1) if (isMine(options, cursor)) mine += 1;
  return mine;
};
