import { z } from 'zod';
import { type IntakeAnswer, type IntakeResult, intakeWithdrawSchema, MAX_BATCH, paperSchema, parseWith, topics } from '#contracts';
import type { NewRecord, Position } from '#event-log';
import type { Clock } from '../clock.js';
import { paperEvent, seal, withdrawal } from '../events/records.js';
import type { IngestMetrics } from '../ingest.metrics.js';
import { Deadline } from './deadline.js';
import type { LogWriter, Written } from './log-writer.js';
import { busy, IntakeMessageFailure, late, refused, unavailable } from './refusals.js';

const messageSchema = z.object({
  papers: z.array(z.unknown()).min(1).max(MAX_BATCH, `must hold at most ${MAX_BATCH} papers`),
  budgetMs: z.number().positive().max(60_000),
});

type Item =
  { readonly kind: 'refused'; readonly result: IntakeResult } | { readonly kind: 'ready'; readonly id: string; readonly record: NewRecord };

const idOf = (paper: unknown): string => {
  const id = (paper as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 128) : '';
};

/** Takes papers of publishers into the log, and takes papers back. A result's `id` is the paper's; the last version of a batch wins. */
export class AcceptPapers {
  constructor(
    private readonly writer: LogWriter,
    private readonly clock: Clock,
    private readonly metrics: IngestMetrics,
  ) {}

  /** @throws {IntakeMessageFailure} the message is no list of 1 to 1000 papers with a budget. */
  async accept(message: unknown): Promise<IntakeAnswer> {
    const parsed = parseWith(messageSchema, message);
    if (!parsed.ok) throw new IntakeMessageFailure(parsed.problems);
    const deadline = new Deadline(parsed.value.budgetMs, this.clock);
    return this.store(
      parsed.value.papers.map((paper) => this.item(paper)),
      deadline,
    );
  }

  /** @throws {IntakeMessageFailure} the message names no paper, or has no budget. */
  async withdraw(message: unknown): Promise<IntakeAnswer> {
    const parsed = parseWith(intakeWithdrawSchema, message);
    if (!parsed.ok) throw new IntakeMessageFailure(parsed.problems);
    const { paperId, budgetMs } = parsed.value;
    return this.store([{ kind: 'ready', id: paperId, record: withdrawal(paperId) }], new Deadline(budgetMs, this.clock));
  }

  private item(input: unknown): Item {
    const parsed = parseWith(paperSchema, input);
    if (!parsed.ok) {
      const [problem = { field: '', rule: 'is not valid' }] = parsed.problems;
      return { kind: 'refused', result: refused(idOf(input), 'INTAKE_INVALID', problem) };
    }
    const paper = parsed.value;
    const sealed = seal(paper.id, paperEvent(paper, this.clock.now()));
    if (sealed.ok) return { kind: 'ready', id: paper.id, record: sealed.record };
    return {
      kind: 'refused',
      result: refused(paper.id, sealed.problem.field === '' ? 'INTAKE_TOO_LARGE' : 'INTAKE_INVALID', sealed.problem),
    };
  }

  private async store(items: readonly Item[], deadline: Deadline): Promise<IntakeAnswer> {
    const records = items.flatMap((item) => (item.kind === 'ready' ? [item.record] : []));
    const written: Written =
      records.length === 0 ? { kind: 'durable', positions: [] } : await this.writer.write(topics.papers.name, records, deadline);
    const positions = written.kind === 'durable' ? written.positions.values() : null;
    const results = items.map((item) => (item.kind === 'refused' ? item.result : this.result(item.id, written, positions?.next().value)));
    for (const result of results) this.metrics.intake(topics.papers.name, result);
    return { results };
  }

  private result(id: string, written: Written, position: Position | undefined): IntakeResult {
    if (position !== undefined)
      return { status: 'accepted', id, topic: position.topic, partition: position.partition, offset: position.offset.toString() };
    if (written.kind === 'busy') return busy(id);
    return written.kind === 'late' ? late(id) : unavailable(id);
  }
}
