import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { interactionEventSchema, paperSchema, paperUpsertedSchema, parseWith } from '#contracts';
import type { EpochMs, InteractionData, InteractionEvent, Paper, PaperId } from '#contracts';
import { jsonRecords } from './records.js';
import { byTime } from './timed.js';
import type { TimedData, TimedEvent, TimedPaper } from './timed.js';

/** Layout of an export of the project's own log; either file may be gzipped. */
export const ownLogFiles = ['papers.jsonl', 'interactions.jsonl'] as const;

/**
 * Papers as the log has them (`paper.upserted` events) or bare, and interactions as the log has them. A choice is the first time that a reader upvotes, saves, shares, opens, follows out, comments on or rates
 * a paper with more than three stars. Papers without an envelope are known from the day they were submitted, listed or published, at the latest from their first interaction on.
 * @throws RangeError naming file, line, field and rule; or an interaction with a paper that is not there.
 */
export const readOwnLog = async (folder: string, test: string | null): Promise<TimedData> => {
  const [papersFile, interactionsFile] = ownLogFiles;
  const records: TimedPaper[] = [];
  for await (const record of jsonRecords(await plainOrGzipped(folder, papersFile), paperRecordSchema)) records.push(record);
  const first = new Map<PaperId, EpochMs>();
  const interactions: { readonly at: EpochMs; readonly event: InteractionEvent; readonly held: boolean }[] = [];
  const known = new Set<PaperId>(records.map(({ paper }) => paper.id));
  let unknown = 0;
  const files = [
    { path: await plainOrGzipped(folder, interactionsFile), held: false },
    ...(test === null ? [] : [{ path: test, held: true }]),
  ];
  for (const { path, held } of files) {
    for await (const event of jsonRecords(path, interactionEventSchema)) {
      const at = Date.parse(event.time);
      const { target } = event.data;
      if (target.kind === 'paper' && !known.has(target.id)) {
        unknown++;
        continue;
      }
      interactions.push({ at, event, held });
      if (target.kind === 'paper') first.set(target.id, Math.min(at, first.get(target.id) ?? Infinity));
    }
  }
  return {
    papers: byTime(records.map(({ at, paper }) => ({ at: Math.min(at, first.get(paper.id) ?? Infinity), paper }))),
    events: withRoles(byTime(interactions)),
    reading: [
      'a choice is the first upvote, save, share, open, click-through, comment, or rating of more than three stars of a reader for a paper',
      ...(unknown === 0 ? [] : [`${unknown} interactions left out: ${papersFile} does not have their paper`]),
    ],
  };
};

const withRoles = (interactions: readonly Pick<TimedEvent, 'at' | 'event' | 'held'>[]): TimedEvent[] => {
  const chosen = new Set<string>();
  return interactions.map((interaction) => {
    const { target, readerRef } = interaction.event.data;
    if (target.kind !== 'paper') return { ...interaction, role: 'other', paper: null };
    const touch = touchOf(interaction.event.data);
    const pair = `${readerRef} ${target.id}`;
    const role = touch === 'choice' && chosen.has(pair) ? 'contact' : touch;
    if (role === 'choice') chosen.add(pair);
    return { ...interaction, role, paper: target.id };
  });
};

const touchOf = ({ action, on, value = 0 }: InteractionData): 'choice' | 'contact' | 'other' => {
  if (on === false || action === 'hide' || action === 'impression') return 'other';
  if (action === 'rate') return value > 3 ? 'choice' : 'contact';
  return action === 'dwell' || action === 'seed' ? 'contact' : 'choice';
};

/** A record is what its form says it is, so that problems are those of one schema and not of both. */
const paperRecordSchema = z.unknown().transform((record, context): TimedPaper => {
  const isEvent = typeof record === 'object' && record !== null && 'specversion' in record;
  const parsed = isEvent ? parseWith(paperUpsertedSchema, record) : parseWith(paperSchema, record);
  if (parsed.ok) return 'specversion' in parsed.value ? { at: Date.parse(parsed.value.recordedtime), paper: parsed.value.data } : { at: sinceOf(parsed.value), paper: parsed.value };
  for (const { field, rule } of parsed.problems) context.addIssue({ code: 'custom', path: [field], message: rule });
  return z.NEVER;
});

const sinceOf = ({ submittedAt, listedOn, publishedAt }: Paper): EpochMs => Date.parse(submittedAt ?? listedOn ?? publishedAt);

const plainOrGzipped = async (folder: string, file: string): Promise<string> => {
  const plain = join(folder, file);
  return access(plain).then(
    () => plain,
    () => `${plain}.gz`,
  );
};
