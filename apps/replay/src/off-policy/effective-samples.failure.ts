import { Failure } from '#contracts';

/** Too few served slots say anything of what was asked: an estimate would be noise, so that none is given. More exploration or a longer range helps, trying again does not. */
export class EffectiveSamplesFailure extends Failure {
  readonly code = 'REPLAY_EFFECTIVE_SAMPLES';
  readonly retryable = false;
}
