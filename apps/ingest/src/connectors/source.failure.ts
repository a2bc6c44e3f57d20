import { Failure } from '#contracts';

/** A source that cannot be read: no such file, a broken archive, a server that went on failing, an answer that makes no sense. */
export class SourceFailure extends Failure {
  readonly code = 'SOURCE_UNREADABLE';
  readonly retryable = true;
}
