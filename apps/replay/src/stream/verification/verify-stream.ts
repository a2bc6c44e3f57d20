import { topics } from '#contracts';
import type { StreamSummary } from '../../files/run-files.js';
import { keepInteractionOf, type StreamOptions } from '../stream-options.js';
import { partitionsOf, type StreamRange, type StreamSource } from '../stream.js';
import { walkStream } from '../walk-stream.js';
import { Findings, type Finding } from './findings.js';
import { knownPapers } from './known-papers.js';
import { onlyTopic } from './only-topic.js';
import { orderCheck } from './order-check.js';
import { RecordChecks } from './record-checks.js';

/** What is not as it should be in a range, and how its interactions are spread over lateness and positions. */
export interface Verification {
  readonly source: StreamSource['kind'];
  readonly range: StreamRange;
  /** Records by topic. */
  readonly records: Readonly<Record<string, number>>;
  /** One a check, also of those that found nothing. */
  readonly findings: readonly Finding[];
  /** Of the interactions that are kept, repeated ones left out: see `streamSummarySchema`. */
  readonly lateness: StreamSummary['lateness'];
  readonly positions: StreamSummary['positions'];
}

export interface VerifyStream {
  readonly source: StreamSource;
  readonly options: StreamOptions;
  /** Most that are kept of each kind of finding. */
  readonly examples: number;
  readonly signal: AbortSignal;
  progress?(done: number, total: number): void;
}

/** What served requests name must be known before interactions that name them. */
const inThisOrder = [topics.papers.name, topics.feedServed.name, topics.interactions.name];

/**
 * Reads every paper that the source keeps, and the range once. Out: null when it was interrupted.
 * @throws {RangeGoneFailure} a part of the range is not kept any more.
 */
export const verifyStream = async ({ source, options, examples, signal, progress }: VerifyStream): Promise<Verification | null> => {
  const keepInteraction = keepInteractionOf(options);
  const range = await source.resolve(options.range);
  const walk = { source, signal, ...(progress === undefined ? {} : { progress }) };
  const papers = await knownPapers(source, { signal });
  if (papers === null) return null;
  const findings = new Findings(examples);
  const checks = new RecordChecks({ findings, papers, keepInteraction });
  const records: Record<string, number> = {};
  if (!partitionsOf(range.to).some(({ topic }) => topic === topics.feedServed.name))
    for (const check of ['dangling requests', 'not askable'] as const)
      findings.skip(check, `the ${source.kind} has no ${topics.feedServed.name}`);
  for (const name of inThisOrder) {
    const whole = await walkStream({ ...walk, range: onlyTopic(range, name) }, ({ topic }) => {
      const [checkOrder, checkRecord] = [orderCheck(findings, source.kind !== 'archive'), checks.ofPartition(topic)];
      return (record) => {
        records[topic] = (records[topic] ?? 0) + 1;
        checkOrder(record);
        checkRecord(record);
      };
    });
    if (!whole) return null;
  }
  const { lateness, positions } = checks.tally.summary;
  return { source: source.kind, range, records, findings: findings.all, lateness, positions };
};
