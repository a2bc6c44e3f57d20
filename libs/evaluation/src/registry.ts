import type { EvaluationTask, TaskName } from './task.js';

/** How to get a task; loaded when it is asked for, so that `--help` and a run of one task do not pay for the others. */
export type TaskLoaders = Readonly<Partial<Record<TaskName, () => Promise<EvaluationTask>>>>;

export const taskLoaders: TaskLoaders = {
  taste: async () => (await import('./tasks/taste/taste-task.js')).tasteTask,
};
