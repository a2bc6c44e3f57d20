const overview = `ingest: takes papers and interactions into the log, and archives both in PostgreSQL

usage: ingest [command] [options]

  serve     run the service (default): intake for the gateway, archive, scheduled sources
  migrate   bring the database and the topics up to date, then end
  load      read papers from a file or an API into the log, then end

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

const pages: Readonly<Record<string, string>> = { serve, migrate, load };

export const helpFor = (about: string): string => pages[about] ?? overview;
