import {
  decodeRecord,
  feedServedSchema,
  type InteractionEvent,
  MAX_LATE_MS,
  parseJsonWith,
  type Problem,
  topics,
  type FeedServed,
} from '#contracts';
import type { StoredRecord } from '#event-log';
import { entryOf } from '../../fold/log-entry.js';
import { whyNotAskable } from '../../rerank/rebuilt-request.js';
import { StreamTally } from '../../watching/stream-tally.js';
import type { Findings } from './findings.js';

export interface RecordChecksParts {
  readonly findings: Findings;
  /** Ids and aliases of all papers. */
  readonly papers: ReadonlySet<string>;
  keepInteraction(event: InteractionEvent): boolean;
}

/** What a record says is looked at here: whether it can be read, and whether what it names is there. Served requests come before interactions. */
export class RecordChecks {
  /** Lateness and positions of the interactions that are kept. */
  readonly tally = new StreamTally();
  private readonly served = new Set<string>();

  constructor(private readonly parts: RecordChecksParts) {}

  /** For the records of one partition, whose ids are those of all records under their keys. */
  ofPartition(topic: string): (record: StoredRecord) => void {
    const ids = new Set<string>();
    if (topic === topics.feedServed.name) return (record) => this.checkServed(record);
    return topic === topics.papers.name ? (record) => this.checkPaper(record) : (record) => this.checkInteraction(record, ids);
  }

  private checkPaper(record: StoredRecord): void {
    const decoded = decodeRecord(record);
    this.checkType(record, decoded.kind === 'unreadable' ? decoded.problems : null);
  }

  private checkServed(record: StoredRecord): void {
    const parsed = parseJsonWith(feedServedSchema, record.value?.toString('utf8') ?? '');
    this.checkType(record, parsed.ok ? null : parsed.problems);
    if (!parsed.ok) return;
    const { requestId } = parsed.value.data;
    this.checkRepeated(record, this.served, requestId, 'request', requestId);
    this.checkAskable(record, parsed.value);
    this.checkSlots(record, parsed.value);
  }

  private checkAskable(record: StoredRecord, { data }: FeedServed): void {
    const { findings } = this.parts;
    findings.looked('not askable');
    const why = whyNotAskable(data);
    if (why !== null) findings.found('not askable', why, record, data.requestId, why);
  }

  private checkSlots(record: StoredRecord, { data }: FeedServed): void {
    for (const [slot, { paperId }] of data.slots.entries())
      this.checkPaperIsKnown(record, paperId, 'slot', data.requestId, `slot ${slot} shows ${paperId}`);
  }

  private checkInteraction(record: StoredRecord, ids: Set<string>): void {
    const decoded = decodeRecord(record);
    this.checkType(record, decoded.kind === 'unreadable' ? decoded.problems : null);
    if (decoded.kind !== 'interaction' || !this.parts.keepInteraction(decoded.event)) return;
    const { event } = decoded;
    const { target, readerRef, action } = event.data;
    if (this.checkRepeated(record, ids, `${readerRef} ${event.id}`, 'interaction', event.id)) return;
    this.tally.folded({ entry: entryOf(record, decoded, null), at: record.timestamp, outcome: 'applied', told: true });
    this.checkTimes(record, event);
    if (target.kind === 'paper') this.checkPaperIsKnown(record, target.id, action, event.id, `${action} of ${target.id}`);
    this.checkRequest(record, event);
  }

  private checkType(record: StoredRecord, problems: readonly Problem[] | null): void {
    const { findings } = this.parts;
    findings.looked('types');
    if (problems === null) return;
    const [{ field, rule } = { field: '', rule: 'can not be read' }] = problems;
    findings.found(
      'types',
      `${record.topic} ${field.replace(/\[\d+\]/g, '[]')} ${rule}`.replace(/ +/g, ' '),
      record,
      record.headers['ce_id'] ?? null,
      `${field === '' ? 'value' : field} ${rule}`,
    );
  }

  private checkRepeated(record: StoredRecord, known: Set<string>, key: string, kind: string, id: string): boolean {
    const { findings } = this.parts;
    findings.looked('duplicates');
    const isRepeated = known.has(key);
    if (isRepeated) findings.found('duplicates', kind, record, id, `this ${kind} was there before`);
    known.add(key);
    return isRepeated;
  }

  private checkTimes(record: StoredRecord, { id, time, recordedtime }: InteractionEvent): void {
    const { findings } = this.parts;
    findings.looked('late');
    const late = Date.parse(recordedtime) - Date.parse(time);
    if (late > MAX_LATE_MS) findings.found('late', 'more than 7 days', record, id, `happened at ${time}, recorded at ${recordedtime}`);
    if (late < 0) findings.found('late', 'before it happened', record, id, `happened at ${time}, recorded at ${recordedtime}`);
  }

  private checkPaperIsKnown(record: StoredRecord, paperId: string, kind: string, id: string, says: string): void {
    const { findings, papers } = this.parts;
    findings.looked('unknown papers');
    if (!papers.has(paperId)) findings.found('unknown papers', kind, record, id, says);
  }

  private checkRequest(record: StoredRecord, { id, data: { requestId, action } }: InteractionEvent): void {
    if (requestId === undefined) return;
    const { findings } = this.parts;
    findings.looked('dangling requests');
    if (!this.served.has(requestId)) findings.found('dangling requests', action, record, id, `${action} on request ${requestId}`);
  }
}
