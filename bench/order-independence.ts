/**
 * Whether a state hangs on the order of the log: one history, folded again and again in random orders, with duplicates, split over
 * partitions that are read at different speeds, late events among them. Every state must have the same hash and the same trending top 50.
 *
 *   npm run bench -- order-independence [--permutations 1000] [--events 2000] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { dataSchemas, eventTypes, type InteractionEvent, interactionEventSchema, isStateAction, paperSchema } from '#contracts';
import { defaultStateConfig, RankingState } from '#ranking';
import { type Dice, dice } from '../scripts/simulation/seeded.js';

const { values } = parseArgs({
  options: {
    permutations: { type: 'string', default: '1000' },
    events: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});
const [permutations, count, seed] = [Number(values.permutations), Number(values.events), Number(values.seed)];

const NOON = Date.parse('2026-03-10T12:00:00.000Z');
const HOUR = 3_600_000;
const PAPERS = 200;
const READERS = 300;
const PARTITIONS = 12;
const TOP = 50;
/** `periods` of the contract end with "all". */
const ALL_TIME = 3;
const config = { ...defaultStateConfig, dimensions: 8, ringSize: 20, exposureSize: 10, coReaders: 8 };
const actions = [
  'upvote',
  'upvote',
  'upvote',
  'save',
  'hide',
  'rate',
  'open',
  'open',
  'dwell',
  'impression',
  'outbound',
  'share',
  'comment',
] as const;
/** Hours between happening and being recorded: at once, a little, nearly too late, too late. */
const delays = [0, 0, 0, 0, 0.1, 30, 167, 169];

const below = (roll: Dice, bound: number): number => Math.floor(roll() * bound);
const one = <T>(roll: Dice, choices: readonly T[]): T => choices[below(roll, choices.length)]!;

const invented = (roll: Dice, n: number): InteractionEvent => {
  const action = one(roll, actions);
  const time = NOON + (roll() - 0.5) * 120 * HOUR;
  return interactionEventSchema.parse({
    specversion: '1.0',
    id: `order-${String(n).padStart(8, '0')}`,
    source: 'urn:broadsheet:bench',
    type: eventTypes.interaction,
    time: new Date(time).toISOString(),
    recordedtime: new Date(time + one(roll, delays) * HOUR).toISOString(),
    dataschema: dataSchemas.interaction,
    data: {
      action,
      // Squared: some papers are much more read than others, so that places near the top are close.
      target: { kind: 'paper', id: `p${Math.floor(roll() ** 2 * PAPERS)}` },
      readerRef: `r_${String(below(roll, READERS)).padStart(22, '0')}`,
      trust: roll() < 0.8 ? 'server' : 'client',
      ...(isStateAction(action) ? { on: roll() < 0.8 } : {}),
      ...(action === 'rate' || action === 'dwell' ? { value: 1 + below(roll, 5) } : {}),
    },
  });
};

const shuffled = <T>(items: readonly T[], roll: Dice): T[] =>
  items
    .map((item) => ({ item, key: roll() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

/** Readers go to partitions, each of which keeps a random order of its own; partitions are read in turns of random length. */
const interleaved = (events: readonly InteractionEvent[], roll: Dice): InteractionEvent[] => {
  const partitions = Array.from({ length: PARTITIONS }, (_, p) =>
    events.filter(({ data }) => Number(data.readerRef.slice(2)) % PARTITIONS === p),
  );
  const order: InteractionEvent[] = [];
  while (order.length < events.length) order.push(...one(roll, partitions).splice(0, 1 + below(roll, 200)));
  return order;
};

/** The history as a log might hold it: in any order, some of it again. */
const disordered = (events: readonly InteractionEvent[], roll: Dice): InteractionEvent[] =>
  interleaved(
    shuffled(
      events.flatMap((each) => (roll() < 0.3 ? [each, each] : [each])),
      roll,
    ),
    roll,
  );

interface Reading {
  readonly hash: string;
  readonly top: string;
}

const read = (events: readonly InteractionEvent[], roll: Dice): Reading => {
  const state = RankingState.empty(config);
  const records = shuffled(
    Array.from({ length: PAPERS }, (_, n) => n),
    roll,
  );
  const borders = records.map(() => below(roll, events.length)).sort((a, b) => a - b);
  let next = 0;
  for (const [place, event] of [...events, null].entries()) {
    for (; next < records.length && (event === null || borders[next]! <= place); next++)
      state.foldPaper(
        paperSchema.parse({ id: `p${records[next]}`, title: `Paper ${records[next]}`, publishedAt: '2026-03-01', source: 'bench' }),
        null,
      );
    if (event !== null) state.foldInteraction(event);
  }
  const { decayed, papers } = state.parts;
  decayed.refresh(state.stats.watermark);
  const top = decayed.top(ALL_TIME, TOP, papers.before, () => true).map((number) => papers.idOf(number));
  return { hash: state.hash(), top: top.join(' ') };
};

const roll = dice(seed);
const events = Array.from({ length: count }, (_, n) => invented(roll, n));
const straight = read(events, roll);
const began = performance.now();
let [sameHash, sameTop] = [0, 0];
for (let n = 0; n < permutations; n++) {
  const { hash, top } = read(disordered(events, roll), roll);
  if (hash === straight.hash) sameHash += 1;
  if (top === straight.top) sameTop += 1;
}
const seconds = (performance.now() - began) / 1000;
console.log(
  [
    `${permutations} random orders of ${count} events (seed ${seed}): 30 % doubled, ${PARTITIONS} partitions at random speeds, late events and papers among them`,
    `identical state hash    ${sameHash} of ${permutations}`,
    `identical trending top ${TOP} ${sameTop} of ${permutations} (${straight.top.split(' ').length} papers)`,
    `${seconds.toFixed(1)} s`,
  ].join('\n'),
);
process.exitCode = sameHash === permutations && sameTop === permutations ? 0 : 1;
