import type { ReplayedRequest } from '../../files/run-files.js';

/** Of the requests of one surface: how many the replay answered as the live system did. */
export interface SurfaceAgreement {
  requests: number;
  sameOrder: number;
  featuresLogged: number;
  sameFeatures: number;
}

/** Side a against what was served, by surface, with the causes of what differs. */
export class Agreement {
  readonly surfaces = new Map<string, SurfaceAgreement>();
  /** Cause -> requests. */
  readonly causes = new Map<string, number>();

  add({ surface, same }: ReplayedRequest): void {
    if (same === undefined) return;
    const counts = this.surfaces.get(surface) ?? { requests: 0, sameOrder: 0, featuresLogged: 0, sameFeatures: 0 };
    this.surfaces.set(surface, counts);
    counts.requests++;
    if (same.order) counts.sameOrder++;
    if (same.features !== null) counts.featuresLogged++;
    if (same.features === true) counts.sameFeatures++;
    if (same.cause !== null) this.causes.set(same.cause, (this.causes.get(same.cause) ?? 0) + 1);
  }
}
