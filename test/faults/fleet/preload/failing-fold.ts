/**
 * Loaded before a ranker (`node --import`): gives its fold a mistake. The state never throws on an event that its schema accepts, so
 * a record that can not be folded has to be made by breaking the fold, as a bad release would.
 */
import { RankingState } from '#ranking';
import { UNFOLDABLE } from '../unfoldable.js';

const { foldInteraction } = RankingState.prototype;

RankingState.prototype.foldInteraction = function (this: RankingState, event) {
  if (event.data.client === UNFOLDABLE) throw new Error('this release can not fold such events');
  return foldInteraction.call(this, event);
};
