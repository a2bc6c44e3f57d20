import { Failure } from '#contracts';

/** No replica answered within the deadline, or none could be asked. */
export class PeerUnavailableFailure extends Failure {
  readonly code = 'PEER_UNAVAILABLE';
  readonly retryable = true;
}

/** One call to one replica failed. `retryable`: another replica, or the same a moment later, may do better. */
export class CallFailure extends Failure {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: 'PEER_TIMEOUT' | 'PEER_CLOSED' | 'PEER_ERROR' | 'PEER_ANSWER_INVALID', message: string, retryable: boolean) {
    super(message);
    this.code = code;
    this.retryable = retryable;
  }
}

/** The peer understood and refused. */
export class RefusedFailure extends Failure {
  readonly code: string;
  readonly retryable: boolean;

  constructor(refused: { readonly code: string; readonly message: string; readonly retryable: boolean }) {
    super(refused.message);
    this.code = refused.code;
    this.retryable = refused.retryable;
  }
}
