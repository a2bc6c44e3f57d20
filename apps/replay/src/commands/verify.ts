import { loadConfig } from '#config';
import { exitCodes, type CommandContext, type ReplayCommand } from '../cli/command.js';
import { parseOptions } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { replayConfigSchema } from '../replay.config.js';
import { openStream } from '../stream/open-stream.js';
import { readWhole } from '../stream/selection/moments.js';
import { readStreamOptions, streamOptionsHelp, streamOptionSpecs } from '../stream/stream-options.js';
import { checks } from '../stream/verification/findings.js';
import { verificationText } from '../stream/verification/verification-text.js';
import { verifyStream } from '../stream/verification/verify-stream.js';

const checkLines = Object.entries(checks).map(([check, means]) => `  ${check.padEnd(31)}${means}`);

const help = `npm run replay -- verify [options]

Whether a range is fit to be replayed: reads it once and counts what is not as it should be, with example ids of each finding; also how late interactions
came and at which positions they happened. It writes nothing. What it looks for:

${checkLines.join('\n')}

${streamOptionsHelp}
  --examples N                   ids shown of each kind of finding (default 3)
  --strict                       exit code 4 when anything was found
  --json                         the whole result as one JSON object

--where and --sample choose the interactions whose papers, requests, times and positions are looked at; order, types and requests are checked for all.
A request counts as served when its record is in the range: for a range that begins in the middle, those served before it dangle.

Examples
  npm run replay -- verify --last 1d
  npm run replay -- verify --source file:exports/october --strict
  npm run replay -- verify --recorded-from 2026-11-01 --where "client == 'web'" --examples 10 --json`;

const specs = {
  ...streamOptionSpecs,
  examples: { type: 'string', default: '3' },
  strict: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const run = async (args: readonly string[], { print, say, signal }: CommandContext): Promise<number> => {
  const { values } = parseOptions(args, specs);
  const examples = readWhole('--examples', values.examples, { most: 1000 });
  const options = await readStreamOptions(values);
  const source = await openStream(options.source, () => loadConfig(replayConfigSchema));
  try {
    const progress = new Progress(say);
    const update = (done: number, total: number): void => progress.update(done, total, 'records');
    const verification = await verifyStream({ source, options, examples, signal, progress: update });
    progress.end();
    if (verification === null) return exitCodes.interrupted;
    print(values.json ? JSON.stringify(verification, null, 2) : verificationText(verification));
    const isClean = verification.findings.every(({ found }) => found === 0);
    return values.strict && !isClean ? exitCodes.assertion : exitCodes.done;
  } finally {
    await source.close();
  }
};

export const verifyCommand: ReplayCommand = {
  name: 'verify',
  summary: 'looks for what is wrong in a range, with example ids',
  help,
  run,
};
