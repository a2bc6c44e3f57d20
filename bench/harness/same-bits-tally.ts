import type { ReplayedRequest } from '../../apps/replay/src/files/run-files.js';
import type { EngineSummary } from '../../apps/replay/src/rerank/engine.js';
import { table } from './table.js';

interface Row {
  answers: number;
  /** Answers whose features were logged, and of those the ones that came out bit for bit. */
  logged: number;
  sameFeatures: number;
  /** Answers whose features are the same (or have none), and of those the ones in the same order. */
  comparable: number;
  sameOrder: number;
  sameScores: number;
}

const emptyRow = (): Row => ({ answers: 0, logged: 0, sameFeatures: 0, comparable: 0, sameOrder: 0, sameScores: 0 });

const share = (part: number, of: number): string => (of === 0 ? '-' : `${((100 * part) / of).toFixed(3)} %`);

const sameScores = ({ served, a }: ReplayedRequest): boolean =>
  served?.slots.length === a.slots.length && served.slots.every(({ score }, place) => score === a.slots[place]?.score);

/** Counts how many answers came out the same, by surface, and lists what did not. */
export class SameBitsTally {
  readonly #replicas = new Map<string, number>();
  readonly #surfaces = new Map<string, Row>();
  readonly #whole = emptyRow();
  readonly #causes = new Map<string, string[]>();
  #degraded = 0;
  #records: EngineSummary['stream']['records'] = {};

  /** A recorded answer of a replica. Out: true, since all are kept. */
  meet(replica: string): boolean {
    this.#replicas.set(replica, (this.#replicas.get(replica) ?? 0) + 1);
    return true;
  }

  add(line: ReplayedRequest): void {
    const surface = this.#surfaces.get(line.surface) ?? emptyRow();
    this.#surfaces.set(line.surface, surface);
    for (const row of [surface, this.#whole]) count(row, line);
    if ((line.served?.degraded.length ?? 0) > 0) this.#degraded += 1;
    const cause = line.same?.cause ?? null;
    if (cause !== null) this.#causes.set(cause, [...(this.#causes.get(cause) ?? []), `${line.surface} ${line.requestId}`]);
  }

  end({ stream }: EngineSummary): void {
    this.#records = stream.records;
  }

  /** Why the promise is not kept, or null. */
  problem(featuresWanted: number): string | null {
    const { answers, logged, sameFeatures, comparable, sameOrder } = this.#whole;
    if (answers === 0 || logged === 0) return 'nothing was compared';
    if (sameFeatures / logged < featuresWanted) return `features of ${share(sameFeatures, logged)} are the same`;
    return sameOrder === comparable ? null : `the order of ${comparable - sameOrder} answers with the same features differs`;
  }

  report(): string {
    const rows = [...this.#surfaces].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = [...rows, ['all', this.#whole] as const].map(([name, row]) => [
      name,
      String(row.answers),
      String(row.logged),
      share(row.sameFeatures, row.logged),
      share(row.sameOrder, row.comparable),
      share(row.sameScores, row.answers),
    ]);
    const head = ['surface', 'answers', 'features logged', 'same features', 'same order of those', 'same scores'];
    return [
      table(head, lines),
      '',
      ...[...this.#replicas].sort().map(([replica, answers]) => `${replica}: ${answers} answers recorded`),
      `answers without a part that was late or failed live: ${this.#degraded}`,
      `records: ${JSON.stringify(this.#records)}`,
      ...(this.#causes.size === 0 ? ['no answer differs'] : []),
      ...[...this.#causes].map(([cause, which]) => `${cause}: ${which.length} (${which.slice(0, 5).join(', ')})`),
    ].join('\n');
  }
}

const count = (row: Row, line: ReplayedRequest): void => {
  const { features, order } = line.same ?? { features: null, order: false };
  row.answers += 1;
  if (features !== null) row.logged += 1;
  if (features === true) row.sameFeatures += 1;
  if (features !== false) row.comparable += 1;
  if (features !== false && order) row.sameOrder += 1;
  if (sameScores(line)) row.sameScores += 1;
};
