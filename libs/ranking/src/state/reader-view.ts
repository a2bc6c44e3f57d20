import type { EpochMs } from '#contracts';
import { actionCodes } from './action-codes.js';
import type { RingEntry } from './action-ring.js';
import type { StateParts } from './state-parts.js';
import { SEED_OF_SELF } from './registers.js';
import { strengthOf } from './strength.js';

/** One paper that the reader chose, by the strongest thing done with it lately. */
export interface Engagement {
  readonly paper: number;
  readonly action: number;
  readonly strength: number;
  /** When it was last engaged with. */
  readonly time: EpochMs;
}

/** What one reader's own actions say, with all undone ones left out. Numbers of papers; canonical numbers of entities. */
export interface ReaderView {
  readonly reader: number;
  readonly hidden: ReadonlySet<number>;
  /** Upvoted, saved, rated or named at the start: papers the reader has dealt with. */
  readonly chosen: ReadonlySet<number>;
  /** Followed, or named at the start. */
  readonly followed: ReadonlySet<number>;
  readonly muted: ReadonlySet<number>;
  /** Authors that the reader said to be. */
  readonly self: ReadonlySet<number>;
  /** Newest first, each paper once, none that is hidden. */
  readonly history: readonly Engagement[];
  /** Impressions lately, by paper. */
  readonly shown: ReadonlyMap<number, number>;
}

/** Registers set by the reader, by what they mean. */
const readRegisters = (
  { readers, registers }: StateParts,
  reader: number,
): Pick<ReaderView, 'hidden' | 'chosen' | 'followed' | 'muted' | 'self'> => {
  const sets = {
    hidden: new Set<number>(),
    chosen: new Set<number>(),
    followed: new Set<number>(),
    muted: new Set<number>(),
    self: new Set<number>(),
  };
  for (let register = readers.get(reader).registers; register >= 0; register = registers.nextOf(register)) {
    const { action, isPaper, target } = registers.keyOf(register);
    if (!registers.isOn(register) || registers.effective(reader, action, isPaper, target) !== register) continue;
    if (action === actionCodes.hide) sets.hidden.add(target);
    else if (action === actionCodes.mute) sets.muted.add(target);
    else if (isPaper) sets.chosen.add(target);
    else if (action === actionCodes.seed && registers.valueOf(register) === SEED_OF_SELF) sets.self.add(target);
    else sets.followed.add(target);
  }
  return sets;
};

const stateCodes = new Set<number>([actionCodes.upvote, actionCodes.save, actionCodes.hide, actionCodes.rate, actionCodes.seed]);

/**
 * Whether a remembered action still stands: an occurrence always does; a state action while its register is on and was set by this very write. A hidden paper's
 * actions do not: what the reader hid is no history to build on (the hide itself stands).
 */
export const stands = ({ registers }: StateParts, reader: number, entry: RingEntry): boolean => {
  if (entry.action !== actionCodes.hide) {
    const hide = registers.effective(reader, actionCodes.hide, true, entry.paper);
    if (hide >= 0 && registers.isOn(hide)) return false;
  }
  if (!stateCodes.has(entry.action)) return true;
  const register = registers.effective(reader, entry.action, true, entry.paper);
  return register >= 0 && registers.isOn(register) && registers.timeOf(register) === entry.time;
};

const readHistory = (parts: StateParts, reader: number): Engagement[] => {
  const { actions } = parts.readers.get(reader);
  const byPaper = new Map<number, { paper: number; action: number; strength: number; time: EpochMs }>();
  for (let place = actions.size - 1; place >= 0; place--) {
    const entry = actions.at(place);
    const strength = strengthOf(entry);
    if (strength <= 0 || !stands(parts, reader, entry)) continue;
    const known = byPaper.get(entry.paper);
    if (known === undefined) byPaper.set(entry.paper, { paper: entry.paper, action: entry.action, strength, time: entry.time });
    else if (strength > known.strength) Object.assign(known, { action: entry.action, strength });
  }
  return [...byPaper.values()];
};

const readExposures = ({ readers }: StateParts, reader: number): Map<number, number> => {
  const { exposures } = readers.get(reader);
  const shown = new Map<number, number>();
  for (let place = 0; place < exposures.size; place++) shown.set(exposures.paperAt(place), (shown.get(exposures.paperAt(place)) ?? 0) + 1);
  return shown;
};

/** Computes and remembers something per reader until the reader does something; the least recently used go first. */
class PerReader<T> {
  private readonly kept = new Map<number, { readonly revision: number; readonly value: T }>();

  constructor(
    private readonly capacity: number,
    private readonly compute: (reader: number) => T,
  ) {}

  get(reader: number, revision: number): T {
    const known = this.kept.get(reader);
    if (known !== undefined) this.kept.delete(reader);
    const entry = known?.revision === revision ? known : { revision, value: this.compute(reader) };
    this.kept.set(reader, entry);
    if (this.kept.size > this.capacity) this.kept.delete(this.kept.keys().next().value!);
    return entry.value;
  }
}

const VIEWS_KEPT = 4096;
const HISTORIES_KEPT = 20_000;

/** Views of readers, remembered between their actions. */
export class ReaderViews {
  private readonly views: PerReader<ReaderView>;
  private readonly histories: PerReader<readonly Engagement[]>;

  constructor(private readonly parts: StateParts) {
    this.histories = new PerReader(HISTORIES_KEPT, (reader) => readHistory(parts, reader));
    this.views = new PerReader(VIEWS_KEPT, (reader) => ({
      reader,
      ...readRegisters(parts, reader),
      history: this.historyOf(reader),
      shown: readExposures(parts, reader),
    }));
  }

  /** Null for a reader of whom nothing was ever folded. */
  find(ref: string): ReaderView | null {
    const reader = this.parts.readers.find(ref);
    return reader === undefined ? null : this.views.get(reader, this.parts.readers.get(reader).revision);
  }

  historyOf(reader: number): readonly Engagement[] {
    return this.histories.get(reader, this.parts.readers.get(reader).revision);
  }
}
