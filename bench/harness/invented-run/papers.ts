import { drawBelow, type Random } from '#ranking';
import type { EpochMs, PaperId } from '#contracts';

/** A paper that nobody wrote. */
export interface InventedPaper {
  readonly paperId: PaperId;
  readonly title: string;
  readonly topics: readonly string[];
  readonly organization: string | undefined;
  readonly since: EpochMs;
  /** How much readers like it, in [0, 1). */
  readonly quality: number;
}

export const inventedTopics = ['language models', 'vision', 'speech', 'robotics', 'theory', 'biology'] as const;
type InventedTopic = (typeof inventedTopics)[number];
const DAY = 86_400_000;
const things: Readonly<Record<InventedTopic, readonly string[]>> = {
  'language models': ['Long Context', 'Speculative Decoding', 'Mixtures of Experts', 'Instruction Tuning', 'Token Budgets'],
  vision: ['Video Diffusion', 'Open-Vocabulary Detection', 'Sparse Attention Maps', 'Scene Layouts', 'Depth from One Image'],
  speech: ['Whispered Speech', 'Streaming Recognition', 'Speaker Diarization'],
  robotics: ['Dexterous Hands', 'Sim-to-Real Transfer', 'Legged Locomotion'],
  theory: ['Overparameterised Networks', 'Implicit Regularisation', 'Sample Complexity'],
  biology: ['Protein Folding', 'Single-Cell Atlases', 'Drug Docking'],
};
const beginnings = [
  'Towards',
  'Rethinking',
  'A Closer Look at',
  'Scaling',
  'Faster',
  'What Matters in',
  'Learning',
  'Benchmarking',
  'Robust',
] as const;
const endings = [
  '',
  ' without Labels',
  ': A Study of Ten Thousand Runs',
  ' with a Learned Decay, from Small Models to Large Ones',
  ' by Self-Distillation',
  ' & Why “Simple” Baselines < Tuned Ones',
] as const;
const organizations = [undefined, 'Lakeside Institute', 'Northern University', undefined, 'Aurora Lab'] as const;

const oneOf = <T>(list: readonly T[], random: Random): T => list[drawBelow(random, list.length)]!;

/** @param from papers appear evenly from two days before it until `to`. Titles are all different. */
export const inventPapers = (count: number, from: EpochMs, to: EpochMs, random: Random): InventedPaper[] => {
  const titles = new Set<string>();
  return Array.from({ length: count }, (_, i) => {
    const topic = oneOf(inventedTopics, random);
    const second = oneOf(inventedTopics, random);
    return {
      paperId: `2511.${String(10_000 + i)}` as PaperId,
      title: newTitle(topic, titles, random),
      topics: random() < 0.25 && second !== topic ? [topic, second] : [topic],
      organization: oneOf(organizations, random),
      since: Math.round(from - 2 * DAY + ((to - from + 2 * DAY) * i) / count),
      quality: random() ** 3,
    };
  });
};

const newTitle = (topic: InventedTopic, titles: Set<string>, random: Random): string => {
  for (;;) {
    const title = `${oneOf(beginnings, random)} ${oneOf(things[topic], random)}${oneOf(endings, random)}`;
    const numbered = titles.has(title) ? `${title}, Part ${drawBelow(random, 90) + 2}` : title;
    if (titles.has(numbered)) continue;
    titles.add(numbered);
    return numbered;
  }
};
