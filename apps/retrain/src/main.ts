import 'reflect-metadata';
import { loadConfig, parseOptions, UsageError } from '#config';
import { complaintOf } from './complaint.js';
import { exitCodes } from './exit-codes.js';
import { neighbours } from './neighbours.js';
import { readRetrainOptions, retrainHelp } from './retrain-options.js';
import { retrain } from './retrain.js';
import { retrainConfigSchema } from './retrain.config.js';
import { seedConfigSchema } from './seed.config.js';
import { seedModels } from './seed-models.js';

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);
const [print, say] = [write(process.stdout), write(process.stderr)];

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

const seed = async (args: readonly string[]): Promise<number> => {
  const { values } = parseOptions(args, { from: { type: 'string' } });
  if (values.from === undefined) throw new UsageError('--from is missing: it must name a folder with models');
  const { MODELS_DIR } = loadConfig(seedConfigSchema);
  const copied = await seedModels(values.from, MODELS_DIR);
  print(`${MODELS_DIR}: ${copied.length === 0 ? 'has all of them' : `copied ${copied.join(', ')}`}`);
  return exitCodes.done;
};

const run = async (args: readonly string[]): Promise<number> => {
  if (args.some((word) => word === '--help' || word === '-h' || word === 'help')) {
    print(retrainHelp);
    return exitCodes.done;
  }
  try {
    if (args[0] === 'seed') return await seed(args.slice(1));
    const options = readRetrainOptions(args);
    return await retrain(options, neighbours(loadConfig(retrainConfigSchema), interrupted.signal), { print, say });
  } catch (error) {
    const { line, code } = complaintOf(error, 'npm run retrain --');
    say(line);
    return code;
  }
};

process.exitCode = await run(process.argv.slice(2));
