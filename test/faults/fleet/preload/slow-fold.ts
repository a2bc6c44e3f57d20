/**
 * Loaded before a ranker (`node --import`): its fold takes as long over an event as the event's `client` says, as a release would that
 * computes too much. Everything else of the process goes on between two records.
 */
import { RankingState } from '#ranking';
import { slownessOf } from '../slow.js';

const { foldInteraction } = RankingState.prototype;
const clock = new Int32Array(new SharedArrayBuffer(4));

RankingState.prototype.foldInteraction = function (this: RankingState, event) {
  const ms = slownessOf(event.data.client);
  if (ms > 0) Atomics.wait(clock, 0, 0, ms);
  return foldInteraction.call(this, event);
};
