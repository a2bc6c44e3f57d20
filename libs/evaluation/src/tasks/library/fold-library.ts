import { interactionEventSchema, paperSchema } from '#contracts';
import type { InteractionEvent, Paper } from '#contracts';
import { RankingState, defaultStateConfig } from '#ranking';
import type { PaperEncoder, StateConfig } from '#ranking';
import type { LibraryItem } from '../../data/library.js';
import type { Split } from './split.js';

/** Nothing in this data has a time, so everything happened at one moment; lists are asked for at `ASKED_AT`. */
const FOLDED_AT = Date.UTC(2020, 0, 2);
export const ASKED_AT = FOLDED_AT + 3_600_000;

/** Topic of the items that nobody is known to have saved: a list of new arrivals is asked for by it. */
export const NEW_ARRIVALS = 'new arrivals';

/** Libraries are longer than a feed's memory and have no order: nothing of them is to be forgotten. */
const stateConfig = { ...defaultStateConfig, ringSize: 1000, coReaders: 1000 } as const satisfies StateConfig;

export const paperIdOf = (item: number): string => `item-${item}`;
export const itemOf = (paperId: string): number => Number(paperId.slice('item-'.length));
export const readerRefOf = (reader: number): string => `r_${String(reader).padStart(22, '0')}`;

/**
 * A ranking state that knows the catalogue's items and the known saves of a split, and nothing else. A save counts as an upvote of the item, since those are what
 * popularity is counted by.
 */
export const foldLibrary = async (
  items: readonly LibraryItem[],
  split: Pick<Split, 'known' | 'isCold' | 'catalogue'>,
  encoder: PaperEncoder,
  withCitations: boolean,
): Promise<RankingState> => {
  const state = RankingState.empty({ ...stateConfig, dimensions: encoder.dimensions, encoderVersion: encoder.version });
  const listed = items.flatMap((item, number) => (split.catalogue[number] === 1 ? [{ item, number }] : []));
  const vectors = await encoder.encode(listed.map(({ item }) => item));
  for (const [place, { item, number }] of listed.entries()) {
    const cites = withCitations ? item.cites.filter((cited) => split.catalogue[cited] === 1) : [];
    state.foldPaper(paperOf(item, number, cites, split.isCold[number] === 1), vectors[place]!);
  }
  split.known.forEach((own, reader) => own.forEach((item) => state.foldInteraction(upvote(reader, item))));
  return state;
};

const paperOf = ({ title, abstract }: LibraryItem, number: number, cites: readonly number[], isNew: boolean): Paper =>
  paperSchema.parse({
    id: paperIdOf(number),
    title,
    abstract,
    cites: cites.map(paperIdOf),
    publishedAt: '2020-01-01',
    topics: isNew ? [NEW_ARRIVALS] : [],
    source: 'library',
  });

const upvote = (reader: number, item: number): InteractionEvent => {
  const time = new Date(FOLDED_AT).toISOString();
  return interactionEventSchema.parse({
    specversion: '1.0',
    id: `save:${reader}:${item}`.padEnd(8, '.'),
    source: 'evaluation',
    type: 'org.broadsheet.interaction.v1',
    time,
    recordedtime: time,
    dataschema: 'urn:broadsheet:schema:interaction:1',
    data: { action: 'upvote', target: { kind: 'paper', id: paperIdOf(item) }, on: true, readerRef: readerRefOf(reader), trust: 'server' },
  });
};
