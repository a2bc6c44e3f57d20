import { z } from 'zod';
import type { ReplayedRequest } from '../files/run-files.js';

export const slateTallySchema = z.object({
  /** Requests ranked again. */
  requests: z.int(),
  /** Of those with a served record: its order came out again; its logged features did; and how many had features logged. */
  orderSame: z.int(),
  featuresSame: z.int(),
  featuresLogged: z.int(),
  served: z.int(),
});
export type SlateTallies = z.output<typeof slateTallySchema>;

type Same = ReplayedRequest['same'];

const SAME = ',"same":';

/** The comparison with the served record, of the JSON of a slate: its last field, so that the slots need not be read. */
const sameIn = (json: string): Same => {
  const at = json.lastIndexOf(SAME);
  return at < 0 ? undefined : (JSON.parse(json.slice(at + SAME.length, -1)) as Same);
};

const paperIds = /"paperId":"([^"]+)"/g;

/** Counts over the slates of one worker, and the papers they name: those it writes, and those it finds written when it goes on. */
export class SlateTally {
  readonly named = new Set<string>();
  readonly #counts = { requests: 0, orderSame: 0, featuresSame: 0, featuresLogged: 0, served: 0 };

  add({ same }: Pick<ReplayedRequest, 'same'>): void {
    this.#counts.requests += 1;
    if (same === undefined) return;
    this.#counts.served += 1;
    if (same.order) this.#counts.orderSame += 1;
    if (same.features !== null) this.#counts.featuresLogged += 1;
    if (same.features === true) this.#counts.featuresSame += 1;
  }

  /** @param json the line of a slate as it was written. */
  addWritten(json: string): void {
    const same = sameIn(json);
    this.add(same === undefined ? {} : { same });
    for (const [, id] of json.matchAll(paperIds)) this.named.add(id!);
  }

  get counts(): SlateTallies {
    return { ...this.#counts };
  }
}
