import 'reflect-metadata';
import { complaintOf, loadConfig } from '#config';
import { createDataSource } from '#persistence';
import { digestConfigSchema, type DigestConfig } from './digest.config.js';
import { digestHelp, readDigestOptions } from './digest-options.js';
import { exitCodes } from './exit-codes.js';
import { runDigest, type DigestPorts } from './run-digest.js';
import { postgresRecord } from './wiring/postgres-record.js';

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);
const [print, say] = [write(process.stdout), write(process.stderr)];

const withRecordOf =
  ({ DATABASE_URL: url = '' }: DigestConfig): DigestPorts['withRecord'] =>
  async (work) => {
    const database = await createDataSource({ url, applicationName: 'broadsheet-digest', poolSize: 2 }).initialize();
    try {
      return await work(postgresRecord(database));
    } finally {
      await database.destroy();
    }
  };

const run = async (args: readonly string[]): Promise<number> => {
  if (args.length === 0 || args.some((word) => word === '--help' || word === '-h' || word === 'help')) {
    print(digestHelp);
    return exitCodes.done;
  }
  try {
    const now = Date.now();
    const options = readDigestOptions(args, now);
    const config = loadConfig(digestConfigSchema);
    return await runDigest(options, config, { print, say, now, withRecord: withRecordOf(config) });
  } catch (error) {
    const { line, code } = complaintOf(error, 'npm run digest -- --help');
    say(line);
    return code;
  }
};

process.exitCode = await run(process.argv.slice(2));
