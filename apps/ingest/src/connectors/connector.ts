import type { Paper, PaperId, Problem } from '#contracts';
import type { Checkpoint } from '#persistence';

/** Where in a source an item stands: enough for a person to open it and look. */
export interface Origin {
  /** File, or URL of the page. */
  readonly file: string;
  /** Line of a text file, counted from 1. */
  readonly line?: number;
  /** Place in a list, counted from 0. */
  readonly item?: number;
}

/**
 * What a connector reads. An item that carries a `checkpoint` says: when this item and all before it are durable, a later run may go
 * on from there. `mark` carries a checkpoint and nothing else.
 */
export type ConnectorItem = { readonly checkpoint?: Checkpoint } & (
  | { readonly kind: 'paper'; readonly paper: Paper; readonly origin: Origin }
  | { readonly kind: 'withdrawn'; readonly paperId: PaperId }
  | { readonly kind: 'refused'; readonly origin: Origin; readonly problems: readonly Problem[] }
  | { readonly kind: 'mark' }
);

/** A source of papers. Reading writes nothing: the runner publishes, and saves checkpoints when they hold. */
export abstract class Connector {
  abstract readonly name: string;
  /** What is read, as the key of its checkpoint: a path, or a URL with its set. */
  abstract readonly scope: string;
  /**
   * Reads from `checkpoint`, or from the beginning.
   * @throws {SourceFailure} the source cannot be read on; what was published before stays.
   */
  abstract read(checkpoint: Checkpoint | null, signal: AbortSignal): AsyncIterable<ConnectorItem>;
  /**
   * The day that a run from `checkpoint` begins with, where that is later than the day that was asked for: what lies between is not read again.
   * Null where nothing is left out, and for sources without days.
   */
  goesOnFrom(_checkpoint: Checkpoint | null): string | null {
    return null;
  }
  /** How much of the source has been read, 0 to 1; null where its size is not known. */
  abstract fraction(): number | null;
}
