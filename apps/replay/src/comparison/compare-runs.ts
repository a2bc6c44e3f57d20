import { surfaces } from '#contracts';
import { Catalogue } from '../evaluation/catalogue.js';
import type { SideName } from '../evaluation/evaluation-result.js';
import { moversBetween, PaperPlaces } from '../evaluation/exposure-sums.js';
import { RunDirectory } from '../evaluation/run-directory.js';
import { TimeBuckets } from '../evaluation/time-buckets.js';
import { RunFileFailure } from '../files/run-file.failure.js';
import type { ReplayedRequest, ReplayedSlot } from '../files/run-files.js';
import type { SlateComparison } from './comparison-result.js';
import { joinedRequests } from './joined-requests.js';
import { LikenessSums } from './likeness-sums.js';
import { likenessOf, RBO_PERSISTENCE, type SlateLikeness } from './likeness.js';

export interface ComparedRun {
  readonly directory: string;
  /** Whose slates of that run. */
  readonly side: SideName;
}

export interface ComparisonOptions {
  readonly first: ComparedRun;
  readonly second: ComparedRun;
  /** Places that overlap looks at. */
  readonly k: number;
}

/** A request that both runs have. */
export interface ComparedRequest {
  readonly request: ReplayedRequest;
  /** Slots of either slate. */
  readonly slots: readonly [number, number];
  readonly likeness: SlateLikeness;
}

/** Told of every compared request, in order of time, and waited for. */
export type TellCompared = (compared: ComparedRequest) => void | Promise<void>;

/**
 * How two runs, or two sides of one, differ on the requests that both have. Reads directories only; memory grows with papers, not with requests.
 * @throws {RunFileFailure} a file can not be used, or a run has not the side that was asked for.
 */
export const compareRuns = async (
  { first, second, k }: ComparisonOptions,
  tell: TellCompared = () => undefined,
): Promise<SlateComparison> => {
  const [one, two] = [await RunDirectory.open(first.directory), await RunDirectory.open(second.directory)];
  const catalogue = await Catalogue.read(one.papers(), two.papers());
  const sums = new ComparisonSums(catalogue);
  for await (const { first: request, second: again } of joinedRequests(one.requests(), two.requests())) {
    if (request === null || again === null) {
      sums.alone(request === null ? 'secondOnly' : 'firstOnly');
      continue;
    }
    const slates = [slotsOf(request, first), slotsOf(again, second)] as const;
    const likeness = likenessOf(...slates, k);
    sums.add(request, slates, likeness);
    await tell({ request, slots: [slates[0].length, slates[1].length], likeness });
  }
  return {
    format: 1,
    first: { manifest: one.manifestHash, side: first.side },
    second: { manifest: two.manifestHash, side: second.side },
    k,
    rboPersistence: RBO_PERSISTENCE,
    ...sums.result(),
  };
};

const slotsOf = (request: ReplayedRequest, { directory, side }: ComparedRun): readonly ReplayedSlot[] => {
  const slate = request[side];
  if (slate === undefined)
    throw new RunFileFailure(`${directory} has no side ${side} at request ${request.requestId}`, { directory, side });
  return slate.slots;
};

interface Moment {
  requests: number;
  overlap: number;
  rbo: number;
}

class ComparisonSums {
  private readonly requests = { both: 0, firstOnly: 0, secondOnly: 0 };
  private readonly overall = new LikenessSums();
  private readonly bySurface = new Map(surfaces.map((surface) => [surface, new LikenessSums()]));
  private readonly places = [new PaperPlaces(), new PaperPlaces()] as const;
  private readonly moments = new TimeBuckets<Moment>(
    () => ({ requests: 0, overlap: 0, rbo: 0 }),
    (into, from) => {
      into.requests += from.requests;
      into.overlap += from.overlap;
      into.rbo += from.rbo;
    },
  );

  constructor(private readonly catalogue: Catalogue) {}

  alone(which: 'firstOnly' | 'secondOnly'): void {
    this.requests[which]++;
  }

  add(
    { at, surface }: ReplayedRequest,
    slates: readonly [readonly ReplayedSlot[], readonly ReplayedSlot[]],
    likeness: SlateLikeness,
  ): void {
    this.requests.both++;
    this.overall.add(likeness);
    this.bySurface.get(surface)!.add(likeness);
    slates.forEach((slots, run) => this.places[run]!.add(slots.map(({ paperId }) => this.catalogue.numberOf(paperId))));
    const moment = this.moments.at(Date.parse(at));
    moment.requests++;
    moment.overlap += likeness.overlap ?? 0;
    moment.rbo += likeness.rbo ?? 0;
  }

  result(): Pick<SlateComparison, 'requests' | 'overall' | 'surfaces' | 'timeline' | 'movers'> {
    return {
      requests: this.requests,
      overall: this.overall.result(),
      surfaces: [...this.bySurface]
        .filter(([, sums]) => sums.requests > 0)
        .map(([surface, sums]) => ({ surface, requests: sums.requests, likeness: sums.result() })),
      timeline: {
        widthMs: this.moments.widthMs,
        points: this.moments.sorted().map(({ at, sum: { requests, overlap, rbo } }) => ({
          at: new Date(at).toISOString(),
          requests,
          overlap: overlap / requests,
          rbo: rbo / requests,
        })),
      },
      movers: this.requests.both === 0 ? [] : moversBetween(...this.places, this.requests.both, this.catalogue),
    };
  }
}
