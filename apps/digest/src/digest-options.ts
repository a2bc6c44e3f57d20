import { parseOptions, UsageError, type OptionSpecs } from '#config';
import type { Selection } from './digest.js';
import { isRecent } from './digest.js';
import { isTimeZone, lastPeriod, parseDay, periodKinds, periodOf, type Period, type PeriodKind } from './period/period.js';

export const digestHelp = `npm run digest -- [options]

Makes a digest of what is trending and delivers it once. It asks the gateway over HTTP like any client.

  --period day|week|month   (default day) ISO weeks begin on Monday
  --date YYYY-MM-DD      the period that this day is in (default: the one that ended last)
  --time-zone NAME       where days begin and end, such as Europe/Berlin (default UTC)
  --papers trending|listed   trending: what trends, papers of all ages (default); listed: papers that were listed in the period, in the order they trend in
                         now. What trended longer ago than a period is not known to the API: only listed can be had of it
  --topic TOPIC  --org ORG   only these papers
  --count 20             papers at most, up to 100

Where it goes, one or more:
  --out DIR              SELECTION-PERIOD.txt, .html and .json (JSON Feed 1.1); written anew every time
  --smtp                 a mail by DIGEST_SMTP_URL, DIGEST_FROM, DIGEST_RECIPIENTS
  --webhook              a JSON POST to DIGEST_WEBHOOK_URL, with the text that Slack shows
  --list NAME            tells targets of several lists of recipients or channels apart (default default)
  --dry-run              prints the text, and says where it would go

  --send-empty           also a digest without a paper
  --again                sends what was sent before, or what nobody knows of

Mail and webhook are delivered at most once for each period, selection and list: this is written down in PostgreSQL (DATABASE_URL) just before and just after. What
was begun and not confirmed is not sent again without --again; what was refused is, by the next run.

Settings: DIGEST_GATEWAY_URL, DIGEST_SITE_URL, DIGEST_SITE_NAME and those above (README).
Exit codes: 0 delivered, was delivered before, or nothing to send; 1 a fault or a refusal: run it again; 2 unusable options or settings; 3 not known
whether it arrived: look there first.`;

const specs = {
  period: { type: 'string', default: 'day' },
  date: { type: 'string' },
  'time-zone': { type: 'string', default: 'UTC' },
  papers: { type: 'string', default: 'trending' },
  topic: { type: 'string' },
  org: { type: 'string' },
  count: { type: 'string', default: '20' },
  out: { type: 'string' },
  smtp: { type: 'boolean', default: false },
  webhook: { type: 'boolean', default: false },
  list: { type: 'string', default: 'default' },
  'dry-run': { type: 'boolean', default: false },
  'send-empty': { type: 'boolean', default: false },
  again: { type: 'boolean', default: false },
} as const satisfies OptionSpecs;

export interface DigestOptions {
  readonly period: Period;
  readonly timeZone: string;
  readonly selection: Selection;
  readonly count: number;
  readonly out: string | null;
  readonly smtp: boolean;
  readonly webhook: boolean;
  readonly list: string;
  readonly dryRun: boolean;
  readonly sendEmpty: boolean;
  readonly again: boolean;
}

/** @param now the moment that "ended last" is meant at. @throws {UsageError} */
export const readDigestOptions = (args: readonly string[], now: number): DigestOptions => {
  const { values } = parseOptions(args, specs);
  const timeZone = values['time-zone'];
  if (!isTimeZone(timeZone)) throw new UsageError(`--time-zone ${timeZone}: must be a time zone such as UTC or Europe/Berlin`);
  const selection = {
    papers: oneOf('papers', values.papers, ['trending', 'listed'] as const),
    topic: shortText('topic', values.topic, 100),
    org: shortText('org', values.org, 200),
  };
  const period = periodAsked(oneOf('period', values.period, periodKinds), values.date, timeZone, now);
  if (selection.papers === 'trending' && !isRecent(period, now))
    throw new UsageError(
      `--date ${values.date ?? ''}: the ${period.kind} ${period.key} ended longer ago than it was long, and what trended then is not known; take --papers listed`,
    );
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(values.list)) throw new UsageError(`--list ${values.list}: must be 1 to 40 of a-z 0-9 -`);
  if (values.out === '') throw new UsageError('--out: must name a folder');
  if (values.out === undefined && !values.smtp && !values.webhook && !values['dry-run'])
    throw new UsageError('one of --out, --smtp, --webhook and --dry-run must be asked for');
  return {
    period,
    timeZone,
    selection,
    count: countOf(values.count),
    out: values.out ?? null,
    smtp: values.smtp,
    webhook: values.webhook,
    list: values.list,
    dryRun: values['dry-run'],
    sendEmpty: values['send-empty'],
    again: values.again,
  };
};

const periodAsked = (kind: PeriodKind, date: string | undefined, timeZone: string, now: number): Period => {
  if (date === undefined) return lastPeriod(kind, now, timeZone);
  const day = parseDay(date);
  if (day === null) throw new UsageError(`--date ${date}: must be a day such as 2026-11-23`);
  const period = periodOf(kind, day, timeZone);
  if (period.to > now) throw new UsageError(`--date ${date}: the ${kind} ${period.key} has not ended in ${timeZone}`);
  return period;
};

const oneOf = <T extends string>(option: string, text: string, allowed: readonly T[]): T => {
  const found = allowed.find((each) => each === text);
  if (found === undefined) throw new UsageError(`--${option} ${text}: must be ${allowed.join(' or ')}`);
  return found;
};

const shortText = (option: string, text: string | undefined, most: number): string | undefined => {
  if (text !== undefined && (text.trim() === '' || text.length > most))
    throw new UsageError(`--${option} ${text}: must have 1 to ${most} characters`);
  return text;
};

const countOf = (text: string): number => {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= 100) return count;
  throw new UsageError(`--count ${text}: must be a whole number from 1 to 100`);
};
