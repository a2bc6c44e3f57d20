import { sideNames, type SideName } from '../../evaluation/evaluation-result.js';
import type { ReplayedRequest } from '../../files/run-files.js';

/** Which models the lists of each side were scored by. A served stretch can have seen several. */
export class ModelsInUse {
  private readonly counts: Partial<Record<SideName, Map<string, number>>> = {};

  add(request: ReplayedRequest): void {
    for (const side of sideNames) {
      const slate = request[side];
      if (slate === undefined) continue;
      const model = `${slate.model.name} ${slate.model.version}`;
      const counts = (this.counts[side] ??= new Map<string, number>());
      counts.set(model, (counts.get(model) ?? 0) + 1);
    }
  }

  /** "name version", most used first. */
  all(): Partial<Record<SideName, readonly string[]>> {
    const ordered = (counts: ReadonlyMap<string, number>): string[] =>
      [...counts].sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1)).map(([model]) => model);
    return Object.fromEntries(Object.entries(this.counts).map(([side, counts]) => [side, ordered(counts)]));
  }
}
