export { evaluate, exitCodes, type CommandOutput } from './command.js';
export { taskNames } from './task.js';
export type { Comparison, EvaluationTask, Goal, ResultTable, Row, TaskName, TaskOptions, TaskReport } from './task.js';
