import { Failure } from '#contracts';

/** There is too little to learn from or to judge by: names what was counted and the least there must be. */
export class LittleDataFailure extends Failure {
  readonly code = 'TRAIN_LITTLE_DATA';
  readonly retryable = false;

  constructor(counted: string, found: number, least: number) {
    super(`${counted}: there are ${found}, there must be ${least} or more`, { counted, found, least });
  }
}
