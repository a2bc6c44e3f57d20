import { loadConfig } from '#config';
import { exitCodes, type CommandContext, type ReplayCommand } from '../cli/command.js';
import { parseOptions } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { replayConfigSchema } from '../replay.config.js';
import { openStream } from '../stream/open-stream.js';
import { planStream } from '../stream/plan/plan-stream.js';
import { planText } from '../stream/plan/plan-text.js';
import { readStreamOptions, streamOptionsHelp, streamOptionSpecs } from '../stream/stream-options.js';

const help = `npm run replay -- plan [options]

What a range holds, before anything is done with it: records, bytes and gaps of every partition, when they happened and when the log took them, versions of
schemas, and how many requests and interactions a run with the same options would be about. It reads the range once and writes nothing.

${streamOptionsHelp}
  --json                         the whole plan as one JSON object

Exit code 2: a part of the range is not kept any more, or not there yet.

Examples
  npm run replay -- plan --last 7d
  npm run replay -- plan --from 2026-11-01 --to 2026-11-08 --where "surface == 'for-you'" --sample readers=5%
  npm run replay -- plan --source file:exports/october --json`;

const run = async (args: readonly string[], { print, say, signal }: CommandContext): Promise<number> => {
  const { values } = parseOptions(args, { ...streamOptionSpecs, json: { type: 'boolean', default: false } });
  const options = await readStreamOptions(values);
  const source = await openStream(options.source, () => loadConfig(replayConfigSchema));
  try {
    const progress = new Progress(say);
    const plan = await planStream({ source, options, signal, progress: (done, total) => progress.update(done, total, 'records') });
    progress.end();
    if (plan === null) return exitCodes.interrupted;
    print(values.json ? JSON.stringify(plan, null, 2) : planText(plan));
    return exitCodes.done;
  } finally {
    await source.close();
  }
};

export const planCommand: ReplayCommand = {
  name: 'plan',
  summary: 'says what a range holds: records, bytes, gaps, schemas, and what a run would be about',
  help,
  run,
};
