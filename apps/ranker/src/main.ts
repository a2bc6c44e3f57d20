import 'reflect-metadata';
import { describeConfig, loadConfig } from '#config';
import { Failure } from '#contracts';
import { createLogger, onShutdown, startTracing } from '#telemetry';
import { compareUsage } from './agreement/compare-command.js';
import { modelsUsage } from './cli/models-command.js';
import { rankerConfigSchema } from './ranker.config.js';
import { modelsCommand } from './wiring/models-command.js';
import { runCompare } from './wiring/run-compare.js';
import { serveRanker } from './wiring/serve-ranker.js';

const usage = (): string => {
  const rows = describeConfig(rankerConfigSchema).map(
    ({ name, type, default: value, meaning }) =>
      `  ${name.padEnd(22)} ${meaning}\n${' '.repeat(25)}${type}${value === null ? '' : `; default ${value}`}`,
  );
  return `Usage: node dist/apps/ranker/src/main.js serve | compare | models

serve: folds papers and interactions into memory and answers Rank requests (Nest TCP).

${compareUsage}

${modelsUsage}

Settings of serve (environment):
${rows.join('\n')}
`;
};

const serve = async (): Promise<void> => {
  const config = loadConfig(rankerConfigSchema);
  const tracing = await startTracing('ranker', config);
  const logger = createLogger('ranker', { level: config.LOG_LEVEL, tracing }).child({ replica: config.REPLICA_ID });
  const fail = (failure: unknown): void => {
    logger.fatal({ err: failure }, 'the ranker cannot go on');
    void shutdown.begin(failure instanceof Failure ? failure.code : 'error', 1);
  };
  const ranker = await serveRanker(config, logger, fail, tracing);
  const shutdown = onShutdown(ranker.stop, logger);
  await ranker.serving.catch(fail);
};

const report = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
};

const [command = 'serve', ...rest] = process.argv.slice(2);
if (command === '--help' || command === 'help' || rest.includes('--help')) {
  process.stdout.write(usage());
} else if (command === 'serve' && rest.length === 0) {
  serve().catch(report);
} else if (command === 'compare') {
  runCompare(rest, console.log).then((code) => (process.exitCode = code), report);
} else if (command === 'models') {
  modelsCommand(rest, console.log).then((code) => (process.exitCode = code), report);
} else {
  process.stderr.write(`unknown command: ${[command, ...rest].join(' ')}\n\n${usage()}`);
  process.exitCode = 2;
}
