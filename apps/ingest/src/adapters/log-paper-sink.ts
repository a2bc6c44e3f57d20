import { topics } from '#contracts';
import type { EventLog, NewRecord } from '#event-log';
import type { Clock } from '../clock.js';
import { PaperSink, type Refusal, type SourceChange } from '../connectors/run-connector.js';
import { paperEvent, seal, withdrawal } from '../events/records.js';

/** Publishes to `papers.v1`. The order of a batch is kept, so the last word on a paper is the source's last word. */
export class LogPaperSink extends PaperSink {
  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {
    super();
  }

  async put(changes: readonly SourceChange[]): Promise<readonly Refusal[]> {
    const records: NewRecord[] = [];
    const refused: Refusal[] = [];
    for (const change of changes) {
      if (change.kind === 'withdrawn') {
        records.push(withdrawal(change.paperId));
        continue;
      }
      const sealed = seal(change.paper.id, paperEvent(change.paper, this.clock.now()));
      if (sealed.ok) records.push(sealed.record);
      else refused.push({ origin: change.origin, problems: [sealed.problem] });
    }
    if (records.length > 0) await this.log.append(topics.papers.name, records);
    return refused;
  }
}

/** Publishes nothing: shows what a source holds and what would be refused. */
export class DryRunSink extends PaperSink {
  constructor(private readonly clock: Clock) {
    super();
  }

  async put(changes: readonly SourceChange[]): Promise<readonly Refusal[]> {
    return changes.flatMap((change) => {
      if (change.kind === 'withdrawn') return [];
      const sealed = seal(change.paper.id, paperEvent(change.paper, this.clock.now()));
      return sealed.ok ? [] : [{ origin: change.origin, problems: [sealed.problem] }];
    });
  }
}
