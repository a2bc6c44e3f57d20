import { loadConfig } from '#config';
import { Failure } from '#contracts';
import type { EventLog } from '#event-log';
import { type DataSource, Locks, PaperArchive, Redrives } from '#persistence';
import { createLogger } from '#telemetry';
import type { DeadLettersCommand, LookCommand, RedriveCommand } from '../cli/dead-letters-command.js';
import { countText, letterJson, letterText, listText, RedriveReport } from '../cli/dead-letters-report.js';
import type { LetterFilter } from '../dead-letters/letter.js';
import { LetterBox } from '../dead-letters/letter-box.js';
import { originalOf } from '../dead-letters/original.js';
import { Redrive } from '../dead-letters/redrive.js';
import { LetterSurvey } from '../dead-letters/survey.js';
import { ingestConfigSchema } from '../ingest.config.js';
import { dataSourceOf, eventLogOf, prepareDatabase, prepareTopics } from './stores.js';

const LOCK = 'broadsheet/redrive';

/** Two operators at once: the second would wait for the first's records or append them twice. */
export class RedriveUnderWayFailure extends Failure {
  readonly code = 'REDRIVE_UNDER_WAY';
  readonly retryable = true;
}

interface Opened {
  readonly log: EventLog;
  readonly dataSource: DataSource;
}

type Command = Extract<DeadLettersCommand, { name: 'dead-letters' }>;

/** Looks at dead letters or redrives them. Answers the exit code. */
export const deadLetters = async (command: Command): Promise<number> => {
  const config = loadConfig(ingestConfigSchema);
  const logger = createLogger('ingest', { level: config.LOG_LEVEL === 'info' ? 'error' : config.LOG_LEVEL });
  const dataSource = dataSourceOf(config);
  const log = eventLogOf(config, logger);
  try {
    await prepareDatabase(dataSource);
    await prepareTopics(log);
    return command.verb === 'redrive'
      ? await redrive({ log, dataSource }, command.filter, command)
      : await look({ log, dataSource }, command.filter, command);
  } finally {
    await log.close();
    if (dataSource.isInitialized) await dataSource.destroy();
  }
};

const look = async ({ log, dataSource }: Opened, filter: LetterFilter, { verb, json, limit }: LookCommand): Promise<number> => {
  const survey = new LetterSurvey(new LetterBox(log), new Redrives(dataSource));
  if (verb === 'count') {
    const counts = await survey.counts(filter);
    console.log(json ? counts.map((each) => JSON.stringify(each)).join('\n') : countText(counts));
    return 0;
  }
  const letters = await survey.newest(filter, limit);
  if (json) for (const each of letters) console.log(JSON.stringify(letterJson(each)));
  else if (verb === 'list') console.log(listText(letters));
  else {
    for (const each of letters) console.log(letterText(each, await originalOf(each.letter.event.data, log)));
    if (letters.length === 0) console.error('there is no such dead letter');
  }
  return verb === 'show' && letters.length === 0 ? 1 : 0;
};

const redrive = async ({ log, dataSource }: Opened, filter: LetterFilter, options: RedriveCommand): Promise<number> => {
  const report = new RedriveReport();
  let settled = 0;
  const observer = {
    settled: (_: unknown, outcome: Parameters<RedriveReport['add']>[0]): void => {
      report.add(outcome);
      settled += 1;
    },
  };
  const run = new Redrive({
    letters: new LetterBox(log),
    log,
    redrives: new Redrives(dataSource),
    papers: new PaperArchive(dataSource),
    observer,
  });
  try {
    const outcome = await new Locks(dataSource).tryWithLock(LOCK, () => run.run(filter, options));
    if (!outcome.held) throw new RedriveUnderWayFailure('another redrive is under way; it has to end first');
  } finally {
    if (settled > 0) console.log(report.text(options.dryRun));
  }
  if (settled === 0) console.log('no dead letters');
  return settled === 0 && filter.name !== undefined ? 1 : 0;
};
