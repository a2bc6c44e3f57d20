import { type Positions, topics } from '#contracts';
import type { EventLog } from '#event-log';
import { fits, type Letter, type LetterFilter, letterOf, parkedKey, parkedOf } from './letter.js';

/** A clock that runs ahead may date a letter later than the log took it; letters are looked for from this much earlier on. */
const CLOCK_MARGIN_MS = 60_000;

/** Reads `dead-letters.v1`. Its partitions go by the key of the parked record, so letters of one key come in the order they were parked. */
export class LetterBox {
  constructor(private readonly log: Pick<EventLog, 'read' | 'bounds' | 'offsetsAt'>) {}

  /**
   * The letters that stand in the log when this is called, each parked record once, partition by partition. Letters that are written meanwhile are
   * left out: a redrive must not follow its own tail.
   */
  async *letters(filter: LetterFilter): AsyncIterable<Letter> {
    const topic = topics.deadLetters.name;
    const { earliest, end } = await this.log.bounds(topic);
    const from = filter.since === undefined ? earliest : await this.log.offsetsAt(topic, filter.since - CLOCK_MARGIN_MS);
    for (const key of Object.keys(end).sort()) {
      const partition = Number(key.slice(topic.length + 1));
      const range = { from: later(from, earliest, key), to: offsetIn(end, key) };
      const seen = new Set<string>();
      for await (const record of this.log.read({ topic, partition, ...range })) {
        const letter = letterOf(record);
        if (letter === null || !fits(filter, letter)) continue;
        const parked = parkedKey(parkedOf(letter));
        if (seen.has(parked)) continue;
        seen.add(parked);
        yield letter;
      }
    }
  }
}

const offsetIn = (positions: Positions, key: string): bigint => BigInt(positions[key] ?? 0);

const later = (a: Positions, b: Positions, key: string): bigint => {
  const [one, other] = [offsetIn(a, key), offsetIn(b, key)];
  return one > other ? one : other;
};
