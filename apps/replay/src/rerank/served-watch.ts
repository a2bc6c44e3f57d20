import type { EpochMs } from '#contracts';
import type { MomentWatch } from '../watching/watch.js';
import type { StateFaults } from './likeness.js';
import type { Ranker } from './ranker.js';
import { rankedAgain } from './replayed-line.js';
import { handOn, type ReplayWork } from './replay-work.js';
import type { OrderedPlaces, ServedPlace } from './served-places.js';
import { ServedRecords } from './served-records.js';
import { isMine } from './share.js';

/** The state holds what had happened by then, not what the replica had folded. */
const atAnotherMoment: StateFaults = {
  'another-moment': true,
  'records-gone': false,
  'papers-replaced': false,
  'beyond-the-end': false,
  'state-ahead': false,
};

/** Ranks each served request at its moment on a timeline. */
export class ServedWatch implements MomentWatch {
  readonly #records: ServedRecords;
  #cursor = 0;
  #place: ServedPlace | undefined;

  constructor(
    private readonly work: ReplayWork,
    private readonly ranker: Ranker,
    /** By time. */
    private readonly places: OrderedPlaces,
  ) {
    this.#records = new ServedRecords(work.options.source, work.options.range);
    this.#place = places.at(0);
  }

  get next(): EpochMs {
    return this.#place?.at ?? Infinity;
  }

  async reach(): Promise<void> {
    const [cursor, place] = [this.#cursor, this.#place!];
    this.#cursor += 1;
    this.#place = this.places.at(this.#cursor);
    if (!isMine(this.work.options, cursor)) return;
    const { data } = await this.#records.at(place);
    await handOn(this.work, await rankedAgain(this.ranker, data, atAnotherMoment), cursor);
  }
}
