import { parseArgs } from 'node:util';
import { connectorNames, type ConnectorName, type SourceChoice } from '../connectors/make-connector.js';
import { day } from '../connectors/source-values.js';
import { type DeadLettersCommand, parseDeadLetters } from './dead-letters-command.js';
import { UsageError } from './usage-error.js';

export interface LoadCommand {
  readonly name: 'load';
  readonly source: SourceChoice;
  readonly restart: boolean;
  readonly dryRun: boolean;
}

export type Command =
  | { readonly name: 'serve' }
  | { readonly name: 'migrate' }
  | LoadCommand
  | DeadLettersCommand
  | { readonly name: 'help'; readonly about: string };

const options = {
  connector: { type: 'string' },
  path: { type: 'string' },
  url: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  set: { type: 'string' },
  restart: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = Partial<Record<'connector' | 'path' | 'url' | 'since' | 'until' | 'set', string>>;

const asDay = (option: string, value: string | undefined): string | undefined => {
  if (value !== undefined && (value.length !== 10 || day(value) === undefined))
    throw new UsageError(`--${option} must be a day such as 2025-10-28`);
  return value;
};

const isConnector = (name: string | undefined): name is ConnectorName => connectorNames.includes(name as ConnectorName);

const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

const sourceOf = (values: Values, today: string): SourceChoice => {
  const { connector, path, url, set } = values;
  const since = asDay('since', values.since);
  const until = asDay('until', values.until);
  if (!isConnector(connector)) throw new UsageError(`--connector must be one of ${connectorNames.join(', ')}`);
  if (connector === 'jsonl' || connector === 'hub-json') {
    if (path === undefined) throw new UsageError(`--path is required for ${connector}`);
    return { connector, path };
  }
  if (url !== undefined && !/^https?:\/\//.test(url)) throw new UsageError('--url must begin with http:// or https://');
  if (connector === 'arxiv') return { connector, ...present({ url, since, until, set }) };
  if (since === undefined) throw new UsageError('--since is required for hub: the first day to read');
  if (until !== undefined && until < since) throw new UsageError('--until must not be before --since');
  return { connector, since, until: until ?? today, ...present({ url }) };
};

/**
 * Reads the command line. Connector and path may also stand without their names: `load jsonl papers.jsonl.gz`.
 * @throws {UsageError}
 */
export const parseCommand = (args: readonly string[], today: string): Command => {
  if (args[0] === 'dead-letters') return parseDeadLetters(args.slice(1));
  const { values, positionals } = parse(args);
  const [name = 'serve', connector, path] = positionals;
  if (values.help || name === 'help')
    return { name: 'help', about: name === 'help' ? (connector ?? '') : positionals.length === 0 ? '' : name };
  switch (name) {
    case 'serve':
    case 'migrate':
      return { name };
    case 'load':
      return {
        name,
        source: sourceOf({ ...present({ connector, path }), ...values }, today),
        restart: values.restart,
        dryRun: values['dry-run'],
      };
    default:
      throw new UsageError(`there is no command ${name}`);
  }
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error }); // parseArgs throws TypeErrors only
  }
};
