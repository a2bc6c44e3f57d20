const overview = `ingest: takes papers and interactions into the log, and archives both in PostgreSQL

usage: ingest [command] [options]

  serve          run the service (default): intake for the gateway, archive, scheduled sources
  migrate        bring the database and the topics up to date, then end
  load           read papers from a file or an API into the log, then end
  dead-letters   list, show, count and redrive the records that no consumer could take

  ingest <command> --help says more. Settings come from the environment (see the table in the README).`;

const serve = `usage: ingest serve

Runs until SIGTERM or SIGINT. Needs DATABASE_URL, and KAFKA_BROKERS unless BROKER=embedded. It waits for a broker or a
database that is not there yet. /metrics, /livez and /readyz are served on ADMIN_PORT, intake on RPC_PORT.
CONNECTORS=hub,arxiv:cs reads sources every CONNECTOR_INTERVAL_S seconds.`;

const migrate = `usage: ingest migrate

Runs the migrations that are missing and creates the topics that are missing. Safe to run at any time and more than once.
Ends with 0 when all is in place.`;

const load = `usage: ingest load --connector NAME [options]

  --connector jsonl     --path FILE          one paper a line, in our format or that of the Daily Papers archive
  --connector hub-json  --path FILE|FOLDER   saved answers of the Hub's daily-papers API
  --connector hub       --since DAY [--until DAY] [--url URL]
  --connector arxiv     [--since DAY] [--until DAY] [--set SET] [--url URL]

Files may be gzipped (.gz). A run goes on where an earlier one of the same source stopped, and a file that was loaded
whole and has not changed loads nothing.

  --restart    begin at the beginning again
  --dry-run    read and check everything, store nothing; needs no broker and no database

Progress goes to standard error, the summary with refused records to standard output.
Ends with 0 when the source was read to its end, 1 when it could not be, or when nothing of it could be used.`;

const deadLetters = `usage: ingest dead-letters VERB [options]

  list                which records were parked, newest first
  show ID             one of them with all that is known; ID is a letter's id or TOPIC/PARTITION/OFFSET of the parked record
  count               how many, by class, topic and consumer
  redrive             append them to their topic again, once their consumers can take them

  --class CODE        only letters of this error code         --topic TOPIC    only records of this topic
  --id ID             only this letter                        --consumer NAME  only what this consumer parked
  --since TIME        only letters of this time or later: 2025-10-28, 2025-10-28T09:30:00Z, or 90m, 12h, 3d ago
  --limit N           list: 50 unless told; redrive: 10000 unless told
  --json              list, show, count: one JSON object a line
  --dry-run           redrive: say what would be done and do nothing
  --force             redrive: also what consumers could not pass five times

A redrive keeps key, bytes and event id. It may be run twice, killed and run again: what was redriven is skipped, and what is appended twice
counts once. A record that fails again is parked again, with one more attempt.
Ends with 0; with 1 when the letter that was asked for is not there, or the log or the database failed.`;

const pages: Readonly<Record<string, string>> = { serve, migrate, load, 'dead-letters': deadLetters };

export const helpFor = (about: string): string => pages[about] ?? overview;
