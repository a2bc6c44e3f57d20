import { mean, seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { RunMeter, openRunEncoder, towerSettings, trainTower } from '#model';
import type { OnnxPaperEncoder } from '#model';
import type { LibraryItem } from '../../data/library.js';
import { Baselines, fixedBlends, readersOfItems, sources } from './baselines.js';
import type { FixedBlend } from './baselines.js';
import { Judgement, LISTED, groups } from './judged.js';
import type { Group } from './judged.js';
import { askFor } from './pipeline-lists.js';
import type { PipelineList } from './pipeline-lists.js';
import { holdBack } from './split.js';
import type { Split } from './split.js';
import { openPipeline, someOf, teachRanker } from './trained-pipeline.js';
import type { TaughtRanker } from './trained-pipeline.js';

/** Names of our systems in tables. */
export const OURS = 'pipeline';
export const OURS_WITH_CITATIONS = 'pipeline with citations';
export const BEST_BLEND = 'best fixed blend';

/** Most readers that are judged, by chance: enough for intervals of a few thousandths. */
const JUDGED_READERS = 2000;
/** Of the readers' known saves and of the known items, what the inner split holds back to teach the ranker and to choose the blend. */
const INNER = { coldItems: 0.1, saves: 0.125 } as const;
/** Readers on whose inner saves the blend is chosen. */
const BLEND_READERS = 600;

export interface LibraryRun {
  readonly judgements: Readonly<Record<Group, Judgement>>;
  readonly blend: FixedBlend;
  /** NDCG@20 of each fixed blend on the judged saves of all items: what the best of them could have been told afterwards. */
  readonly blendsAfterwards: readonly { readonly name: string; readonly ndcg: number }[];
  /** Share of the judged saves among the candidates, by group. */
  readonly candidateRecall: Readonly<Record<Group, number>>;
  readonly taught: TaughtRanker;
  readonly taughtWithCitations: TaughtRanker | null;
}

/** One whole run: towers and rankers are trained on what is known, then everything is judged on the same readers. */
export const runLibrary = async (
  items: readonly LibraryItem[],
  split: Split,
  { seed, root, data, say }: { readonly seed: number; readonly root: string; readonly data: string; readonly say: (line: string) => void },
): Promise<LibraryRun> => {
  const inner = holdBack(split.known, items.length, INNER, seededRandom(seed + 1));
  const innerEncoder = await openTower(items, inner, { root: `${root}/inner`, data, seed }, say);
  const blend = chooseBlend(items, inner, await vectorsOf(items, innerEncoder), seed);
  say(`best fixed blend on the inner saves: ${blend.name}`);
  const variants = items.some(({ cites }) => cites.length > 0) ? [false, true] : [false];
  const taught: TaughtRanker[] = [];
  for (const withCitations of variants)
    taught.push(await teachRanker({ items, split: inner, encoder: innerEncoder, withCitations }, seed, say));
  await innerEncoder.close();

  const encoder = await openTower(items, split, { root: `${root}/outer`, data, seed }, say);
  const judge = new Judge(items, split, seed);
  judge.baselines(blend, await vectorsOf(items, encoder));
  say('baselines judged');
  for (const [at, withCitations] of variants.entries()) {
    const provenance = { root: `${root}/${withCitations ? 'citations' : 'plain'}`, data, seed };
    const { pipeline, close } = await openPipeline({ items, split, encoder, withCitations }, taught[at]!, provenance);
    await judge.pipeline(withCitations ? OURS_WITH_CITATIONS : OURS, (reader, kind) => askFor(pipeline, reader, kind));
    await close();
    say(`pipeline ${withCitations ? 'with' : 'without'} citations judged`);
  }
  await encoder.close();
  return { ...judge.outcome(), blend, taught: taught[0]!, taughtWithCitations: taught[1] ?? null };
};

/** The content tower learned from the known saves; cold items are not among its texts. */
const openTower = async (
  items: readonly LibraryItem[],
  { known, isCold, catalogue }: Split,
  provenance: { readonly root: string; readonly data: string; readonly seed: number },
  say: (line: string) => void,
): Promise<OnnxPaperEncoder> => {
  const places = new Int32Array(items.length).fill(-1);
  const texts = items.filter((_, item) => catalogue[item] === 1 && isCold[item] === 0);
  for (let item = 0, place = 0; item < items.length; item += 1) if (catalogue[item] === 1 && isCold[item] === 0) places[item] = place++;
  const histories = known.map((own) => own.map((item) => places[item]!));
  return openRunEncoder(await trainTower(texts, histories, towerSettings, provenance.seed, new RunMeter('tower', say)), provenance);
};

const vectorsOf = (items: readonly LibraryItem[], encoder: OnnxPaperEncoder): Promise<readonly Float32Array[]> => encoder.encode(items);

/** The fixed blend that is best on what the inner split holds back. */
const chooseBlend = (items: readonly LibraryItem[], inner: Split, vectors: readonly Float32Array[], seed: number): FixedBlend => {
  const judge = new Judge(items, inner, seed, BLEND_READERS);
  judge.blends(vectors);
  const figures = fixedBlends.map(({ name }) => mean(judge.judgements.all.ndcgOf(name)));
  return fixedBlends[figures.indexOf(Math.max(...figures))]!;
};

/** Judges systems on the same readers of a split. */
class Judge {
  readonly judgements: Readonly<Record<Group, Judgement>>;
  readonly #readers: readonly number[];
  readonly #eligible: Readonly<Record<Group, Uint8Array>>;
  readonly #found: Record<Group, number> = { warm: 0, cold: 0, all: 0 };
  readonly #asked: Record<Group, number> = { warm: 0, cold: 0, all: 0 };
  #blends: { name: string; ndcg: number }[] = [];

  constructor(
    private readonly items: readonly LibraryItem[],
    private readonly split: Split,
    seed: number,
    most = JUDGED_READERS,
  ) {
    const { known, catalogue, isCold } = split;
    this.#readers = judgedReaders(split, most, seededRandom(seed + 2));
    this.#eligible = {
      warm: catalogue.map((is, item) => (is === 1 && isCold[item] === 0 ? 1 : 0)),
      cold: catalogue.map((is, item) => (is === 1 && isCold[item] === 1 ? 1 : 0)),
      all: catalogue,
    };
    const readersOf = readersOfItems(known, items.length);
    const judgementOf = (group: Group): Judgement => new Judgement(group, readersOf, known.length);
    this.judgements = { warm: judgementOf('warm'), cold: judgementOf('cold'), all: judgementOf('all') };
  }

  blends(vectors: readonly Float32Array[]): void {
    const baselines = new Baselines(this.items, this.split, vectors);
    this.#forEachCase(baselines, (reader, group, accepted, wanted) => {
      if (group !== 'all') return;
      for (const blend of fixedBlends) this.judgements.all.add(blend.name, reader, baselines.byBlend(blend, accepted, LISTED), wanted);
    });
  }

  baselines(chosen: FixedBlend, vectors: readonly Float32Array[]): void {
    const baselines = new Baselines(this.items, this.split, vectors);
    this.#forEachCase(baselines, (reader, group, accepted, wanted) => {
      for (const source of sources) this.judgements[group].add(source, reader, baselines.bySource(source, accepted, LISTED), wanted);
      this.judgements[group].add(BEST_BLEND, reader, baselines.byBlend(chosen, accepted, LISTED), wanted);
      if (group === 'all')
        for (const blend of fixedBlends) this.judgements.all.add(blend.name, reader, baselines.byBlend(blend, accepted, LISTED), wanted);
    });
    this.#blends = fixedBlends.map(({ name }) => ({ name, ndcg: mean(this.judgements.all.ndcgOf(name)) }));
  }

  /** Warm and all are read from a reader's one list; cold is the list of new arrivals. */
  async pipeline(system: string, ask: (reader: number, kind: 'all' | 'new') => Promise<PipelineList>): Promise<void> {
    for (const group of groups) this.#found[group] = this.#asked[group] = 0;
    for (const reader of this.#readers) {
      const list = await ask(reader, 'all');
      for (const group of groups) {
        const wanted = this.#wanted(reader, group);
        if (wanted.size === 0) continue;
        const { items, scores } = group === 'cold' ? await ask(reader, 'new') : list;
        const candidates = Array.from(items.keys()).filter((at) => this.#eligible[group][items[at]!] === 1);
        candidates.sort((a, b) => scores[b]! - scores[a]! || items[a]! - items[b]!);
        this.judgements[group].add(
          system,
          reader,
          Int32Array.from(candidates.slice(0, LISTED), (at) => items[at]!),
          wanted,
        );
        this.#asked[group] += wanted.size;
        for (const at of candidates) if (wanted.has(items[at]!)) this.#found[group] += 1;
      }
    }
  }

  outcome(): Pick<LibraryRun, 'judgements' | 'blendsAfterwards' | 'candidateRecall'> {
    const recallOf = (group: Group): number => this.#found[group] / Math.max(1, this.#asked[group]);
    return {
      judgements: this.judgements,
      blendsAfterwards: this.#blends,
      candidateRecall: { warm: recallOf('warm'), cold: recallOf('cold'), all: recallOf('all') },
    };
  }

  #forEachCase(
    baselines: Baselines,
    visit: (reader: number, group: Group, accepted: Uint8Array, wanted: ReadonlySet<number>) => void,
  ): void {
    for (const reader of this.#readers) {
      const history = this.split.known[reader]!;
      baselines.read(history);
      for (const group of groups) {
        const wanted = this.#wanted(reader, group);
        if (wanted.size === 0) continue;
        const accepted = this.#eligible[group].slice();
        for (const item of history) accepted[item] = 0;
        visit(reader, group, accepted, wanted);
      }
    }
  }

  /** Of readers whose warm saves are all known only new arrivals can be asked for: in a list of everything nothing else could be right. */
  #wanted(reader: number, group: Group): ReadonlySet<number> {
    const { warm, cold } = this.split;
    if (group === 'all' && warm[reader]!.length === 0) return new Set();
    return new Set([...(group === 'cold' ? [] : warm[reader]!), ...(group === 'warm' ? [] : cold[reader]!)]);
  }
}

/** At most `most` readers with something to find and something to go by: those of warm saves first, since they serve all groups. */
const judgedReaders = ({ known, warm, cold }: Split, most: number, random: Random): number[] => {
  const readers = Array.from(known.keys()).filter((reader) => known[reader]!.length > 0);
  const ofWarm = readers.filter((reader) => warm[reader]!.length > 0);
  const ofCold = readers.filter((reader) => warm[reader]!.length === 0 && cold[reader]!.length > 0);
  const chosen = someOf(ofWarm.length, most, random).map((at) => ofWarm[at]!);
  const more = someOf(ofCold.length, Math.max(0, most - chosen.length), random).map((at) => ofCold[at]!);
  return [...chosen, ...more].sort((a, b) => a - b);
};
