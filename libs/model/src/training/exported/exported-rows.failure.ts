import { Failure } from '#contracts';

/** A file of exported rows can not be learned from: it names the row, the column and the rule. */
export class ExportedRowsFailure extends Failure {
  readonly code = 'TRAIN_ROWS';
  readonly retryable = false;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, { file, problem }, options);
  }
}
