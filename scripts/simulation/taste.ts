import { pick, type Dice } from './seeded.js';

/** The part of a card that a simulated reader looks at. */
export interface ShownPaper {
  readonly id: string;
  readonly title: string;
  readonly topics: readonly string[];
}

/** How much a reader cares for each topic; the weights add up to 1. */
export type Taste = ReadonlyMap<string, number>;

/** How often each topic occurs. Sources without topics are read by the long words of their titles. */
export const topicCounts = (papers: readonly ShownPaper[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const paper of papers) for (const topic of topicsOf(paper)) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
};

const MIN_WORD = 6;

export const topicsOf = ({ topics, title }: ShownPaper): readonly string[] =>
  topics.length > 0
    ? topics.map((topic) => topic.toLowerCase())
    : [...new Set(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].filter((word) => word.length >= MIN_WORD);

/**
 * A mixture of `size` topics. Rare topics are as likely to be loved as common ones up to a square root, so that readers differ;
 * the first topic weighs most.
 */
export const drawTaste = (counts: ReadonlyMap<string, number>, size: number, roll: Dice): Taste => {
  const left = new Map(counts);
  const loved: string[] = [];
  while (loved.length < size && left.size > 0) {
    const topic = pick(
      [...left].map(([value, count]) => ({ value, weight: Math.sqrt(count) })),
      roll,
    );
    if (topic === undefined) break;
    loved.push(topic);
    left.delete(topic);
  }
  const raw = loved.map((topic, rank) => [topic, 1 / (rank + 1)] as const);
  const total = raw.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(raw.map(([topic, weight]) => [topic, weight / total]));
};

/** How well a paper fits, from 0 to 1: what its topics weigh, and half of it where only the title mentions them. */
export const interest = (taste: Taste, paper: ShownPaper): number => {
  const topics = new Set(topicsOf(paper));
  const title = paper.title.toLowerCase();
  let sum = 0;
  for (const [topic, weight] of taste) sum += topics.has(topic) ? weight : title.includes(topic) ? weight / 2 : 0;
  return Math.min(1, sum);
};
