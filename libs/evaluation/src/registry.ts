import type { EvaluationTask, TaskName } from './task.js';

/** How to get a task; loaded when it is asked for, so that `--help` and a run of one task do not pay for the others. */
export type TaskLoaders = Readonly<Partial<Record<TaskName, () => Promise<EvaluationTask>>>>;

export const taskLoaders: TaskLoaders = {
  library: async () => (await import('./tasks/library/library-task.js')).libraryTask,
  sequence: async () => (await import('./tasks/sequence/sequence-task.js')).sequenceTask,
  prequential: async () => (await import('./tasks/prequential/prequential-task.js')).prequentialTask,
  trending: async () => (await import('./tasks/trending/trending-task.js')).trendingTask,
  'cold-prior': async () => (await import('./tasks/cold-prior/cold-prior-task.js')).coldPriorTask,
  taste: async () => (await import('./tasks/taste/taste-task.js')).tasteTask,
};
