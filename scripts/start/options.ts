import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly broker: 'auto' | 'kafka' | 'embedded';
  /** Paper files to load besides the demo. */
  readonly papers: readonly string[];
  /** HTTP port of the gateway. */
  readonly port: number;
  readonly seed: boolean;
  readonly simulate: boolean;
  readonly rankers: number;
  readonly dataDir: string;
}

export const usage = `npm start -- [options]

  --broker=auto|kafka|embedded  what carries the events (default auto): the brokers of KAFKA_BROKERS, else a local Kafka
                                (Java 17+ and Maven), else the embedded log in PostgreSQL
  --papers FILE                 load more papers; may be repeated. JSON lines (.jsonl, .jsonl.gz), or a saved daily-papers
                                JSON or a folder of them
  --port N                      HTTP port (default 8080)
  --rankers N                   ranker replicas, 1 to 8 (default 1)
  --no-seed                     without the 47 demo papers
  --no-simulation               without the simulated readers
  --data-dir DIR                where servers keep their data (default .data)
  --help                        this text

DATABASE_URL and KAFKA_BROKERS, when set, are used instead of servers of our own.
`;

/** The command line can not be understood; the message says how it can. */
export class OptionsProblem extends Error {}

const whole = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new OptionsProblem(`--${name} must be a whole number from ${min} to ${max}`);
  return value;
};

const brokerOf = (text: string): StartOptions['broker'] => {
  if (text === 'auto' || text === 'kafka' || text === 'embedded') return text;
  throw new OptionsProblem('--broker must be auto, kafka or embedded');
};

/**
 * Reads the command line; null asks for help.
 * @throws {OptionsProblem}
 */
export const parseOptions = (argv: readonly string[]): StartOptions | null => {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      allowNegative: true,
      options: {
        broker: { type: 'string', default: 'auto' },
        papers: { type: 'string', multiple: true, default: [] },
        port: { type: 'string', default: '8080' },
        rankers: { type: 'string', default: '1' },
        seed: { type: 'boolean', default: true },
        simulation: { type: 'boolean', default: true },
        'data-dir': { type: 'string', default: '.data' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new OptionsProblem((error as TypeError).message); // parseArgs throws nothing else
  }
  if (values.help) return null;
  return {
    broker: brokerOf(values.broker),
    papers: values.papers,
    port: whole('port', values.port, 1, 65_535),
    seed: values.seed,
    simulate: values.simulation,
    rankers: whole('rankers', values.rankers, 1, 8),
    dataDir: values['data-dir'],
  };
};
