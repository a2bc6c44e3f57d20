import { type Failure, type Paper, type PaperId, type Problem } from '#contracts';
import type { Checkpoint } from '#persistence';
import type { Connector, ConnectorItem, Origin } from './connector.js';

/** What happens to a paper of a source. */
export type SourceChange =
  { readonly kind: 'paper'; readonly paper: Paper; readonly origin: Origin } | { readonly kind: 'withdrawn'; readonly paperId: PaperId };

export interface Refusal {
  readonly origin: Origin;
  readonly problems: readonly Problem[];
}

/** Where a run puts papers. A port: the log, or nothing for a dry run. */
export abstract class PaperSink {
  /** Resolves when all are durable; answers those that may not be stored (too large). @throws when the log cannot be written. */
  abstract put(changes: readonly SourceChange[]): Promise<readonly Refusal[]>;
}

/** Where a run remembers its place. A port. */
export abstract class CheckpointStore {
  abstract load(connector: string, scope: string): Promise<Checkpoint | null>;
  abstract save(connector: string, scope: string, checkpoint: Checkpoint): Promise<void>;
}

/** Numbers of a run so far. */
export interface RunCounts {
  readonly papers: number;
  readonly withdrawn: number;
  readonly refused: number;
}

export interface RunObserver {
  progress(counts: RunCounts, fraction: number | null): void;
  refused(refusal: Refusal): void;
}

export interface RunSettings {
  readonly connector: Connector;
  readonly sink: PaperSink;
  readonly checkpoints: CheckpointStore;
  readonly observer: RunObserver;
  readonly signal: AbortSignal;
  /** Begin at the beginning, whatever an earlier run remembered. */
  readonly restart?: boolean;
  /** Papers that are made durable together; default 250. */
  readonly batch?: number;
}

/** Why a run ended early, if it did. The counts hold for what was made durable before. */
export type RunEnd = RunCounts & { readonly failure: Failure | Error | null };

/**
 * Reads a source to its end. Papers are published in batches; the checkpoint of a batch is saved after the batch is durable, so a run that
 * is cut anywhere goes on at its last batch and publishes at most that one again, which changes nothing.
 */
export const runConnector = async (settings: RunSettings): Promise<RunEnd> => {
  const run = new Run(settings);
  try {
    await run.toEnd();
    return { ...run.counts, failure: null };
  } catch (error) {
    return { ...run.counts, failure: error instanceof Error ? error : new Error(String(error)) };
  }
};

class Run {
  counts = { papers: 0, withdrawn: 0, refused: 0 };
  private waiting: SourceChange[] = [];
  private checkpoint: Checkpoint | null = null;

  constructor(private readonly settings: RunSettings) {}

  async toEnd(): Promise<void> {
    const { connector, checkpoints, signal, restart = false, batch = 250 } = this.settings;
    const from = restart ? null : await checkpoints.load(connector.name, connector.scope);
    try {
      for await (const item of connector.read(from, signal)) {
        this.take(item);
        if (this.waiting.length >= batch || item.kind === 'mark') await this.flush();
      }
    } catch (error) {
      // The source broke, the log did not: what was read is kept, so that the next run begins after it.
      if (this.waiting.length > 0) await this.flush();
      throw error;
    }
    await this.flush();
  }

  private take(item: ConnectorItem): void {
    if (item.kind === 'paper' || item.kind === 'withdrawn') this.waiting.push(item);
    if (item.kind === 'refused') this.refuse(item);
    this.checkpoint = item.checkpoint ?? this.checkpoint;
  }

  private refuse(refusal: Refusal): void {
    this.counts.refused += 1;
    this.settings.observer.refused(refusal);
  }

  private async flush(): Promise<void> {
    const { connector, sink, checkpoints, observer } = this.settings;
    const changes = this.waiting;
    this.waiting = [];
    const refused = changes.length === 0 ? [] : await sink.put(changes);
    for (const refusal of refused) this.refuse(refusal);
    const withdrawn = changes.filter(({ kind }) => kind === 'withdrawn').length;
    this.counts.withdrawn += withdrawn;
    this.counts.papers += changes.length - withdrawn - refused.length;
    if (this.checkpoint !== null) await checkpoints.save(connector.name, connector.scope, this.checkpoint);
    this.checkpoint = null;
    observer.progress({ ...this.counts }, connector.fraction());
  }
}
