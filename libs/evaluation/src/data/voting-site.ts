import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { paperSchema, timestampSchema } from '#contracts';
import type { EpochMs, InteractionEvent } from '#contracts';
import { csvRecords, jsonRecords } from './records.js';
import { byTime, happened, lotOf, paperIdOf, readerRefOf } from './timed.js';
import type { TimedData, TimedEvent, TimedPaper } from './timed.js';

/** Layout of ai-stackexchange. */
export const votingSiteFiles = ['questions.jsonl.gz', 'events.csv.gz'] as const;

const id = z.union([z.int(), z.string().min(1)]).transform(String);
const questionSchema = z.object({
  id,
  title: z.string().min(1, 'must not be empty'),
  text: z.string(),
  tags: z.array(z.string()).default([]),
  createdAt: timestampSchema,
  author: z.string().nullish(),
});
type Question = z.output<typeof questionSchema>;
const momentPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?$/;
const eventSchema = z.object({
  at: z.string().regex(momentPattern, 'must be a day such as 2016-08-02, or a time such as 2016-08-02T15:39:14Z'),
  type: z.enum(['upvote', 'downvote', 'favorite', 'comment', 'answer', 'ask', 'accept'], {
    error: 'must be upvote, downvote, favorite, comment, answer, ask or accept',
  }),
  user: z.string(),
  question_id: z.string().min(1, 'must not be empty'),
});
type SiteEvent = z.output<typeof eventSchema>;

/**
 * Questions as papers, known from the moment they were asked (tags as topics, who asked as submitter), and what people did to them. Who answers, comments on or favourites a question of another chooses it, the first time;
 * who asks one has it in their history, unjudged. Upvotes have no voter and only a day: each is an unknown reader's, at the end of that day, so that nothing is known before it happened. Downvotes and
 * acceptances are left out.
 *
 * Questions of a `questions.jsonl.gz` beside the file of held-back rows are known as well; rows of questions that neither file has are left out and counted.
 * @throws RangeError a row does not fit.
 */
export const readVotingSite = async (folder: string, test: string | null): Promise<TimedData> => {
  const [questionsFile, eventsFile] = votingSiteFiles;
  const questions = new Map<string, Question>();
  const beside = test === null ? null : join(dirname(test), questionsFile);
  for (const path of [join(folder, questionsFile), ...(beside !== null && (await isThere(beside)) ? [beside] : [])])
    for await (const question of jsonRecords(path, questionSchema)) questions.set(question.id, question);
  const reader = new SiteReader();
  let unknown = 0;
  for (const { path, held } of [{ path: join(folder, eventsFile), held: false }, ...(test === null ? [] : [{ path: test, held: true }])]) {
    for await (const row of csvRecords(path, eventSchema)) {
      if (questions.has(row.question_id)) reader.take(row, held);
      else unknown++;
    }
  }
  return {
    papers: byTime([...questions.values()].map(asPaper)),
    events: reader.events(),
    reading: [
      'a choice is the first answer, comment or favourite of a person on a question of another; own questions are history, unjudged',
      'upvotes (no voter, day only) are unknown readers at the end of the day; tags are topics',
      ...(unknown === 0 ? [] : [`${unknown} rows left out: no file has their question`]),
    ],
  };
};

/** Rows to events; what makes the first choice of a pair can only be told in order of time. */
class SiteReader {
  private readonly rows: { readonly at: EpochMs; readonly row: SiteEvent; readonly held: boolean }[] = [];

  take(row: SiteEvent, held: boolean): void {
    if (row.type === 'downvote' || row.type === 'accept' || (row.user === '' && row.type !== 'upvote')) return;
    this.rows.push({ at: momentOf(row.at), row, held });
  }

  events(): TimedEvent[] {
    const known = new Set<string>();
    const byLot = this.rows.map((row) => ({ ...row, lot: lotOf(JSON.stringify(row)) })).sort((a, b) => a.lot - b.lot);
    return byTime(byLot).map(({ at, row, held }, place) => {
      const { type, user, question_id: question } = row;
      const name = `${place} ${type} ${user} ${question}`;
      const paper = paperIdOf('question', question);
      if (type === 'upvote') return { at, event: happened(name, at, readerRefOf(name), 'upvote', paper, { on: true }), role: 'vote', paper, held };
      const pair = `${user} ${question}`;
      const role = type === 'ask' || known.has(pair) ? 'contact' : 'choice';
      known.add(pair);
      return { at, event: eventOf(name, at, row), role, paper, held };
    });
  }
}

const eventOf = (name: string, at: EpochMs, { type, user, question_id: question }: SiteEvent): InteractionEvent => {
    const [reader, paper] = [readerRefOf(user), paperIdOf('question', question)];
    if (type === 'favorite') return happened(name, at, reader, 'save', paper, { on: true });
    // An asker's interest is no vote for the question: client trust builds history and moves no count.
    if (type === 'ask') return happened(name, at, reader, 'save', paper, { on: true, trust: 'client' });
    return happened(name, at, reader, 'comment', paper);
};

const DAY_MS = 86_400_000;

/** The end of the day where only the day is known. */
const momentOf = (at: string): EpochMs => (at.length === 10 ? Date.parse(at) + DAY_MS - 1 : Date.parse(at));

const asPaper = ({ id: question, title, text, tags, createdAt, author }: Question): TimedPaper => ({
  at: Date.parse(createdAt),
  paper: paperSchema.parse({
    id: paperIdOf('question', question),
    title: title.slice(0, 1000),
    abstract: text.slice(0, 20_000),
    topics: tags.slice(0, 40),
    publishedAt: createdAt,
    ...(author === null || author === undefined || author === '' ? {} : { submitter: author }),
    source: 'questions',
  }),
});

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
