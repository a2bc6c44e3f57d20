export { taskNames } from './task.js';
export type { Comparison, EvaluationTask, Goal, ResultTable, Row, TaskName, TaskOptions, TaskReport } from './task.js';
