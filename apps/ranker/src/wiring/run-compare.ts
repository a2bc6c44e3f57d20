import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '#config';
import { createLogger, createRegistry, onShutdown, Readiness, startAdminServer } from '#telemetry';
import { Auditor } from '../agreement/auditor.js';
import { AuditorMetrics } from '../agreement/auditor.metrics.js';
import { type CompareCommand, compareUsage, parseCompare } from '../agreement/compare-command.js';
import { type Comparison, compareReplicas, comparisonLine, outcomeOf } from '../agreement/compare-replicas.js';
import { replicaAddresses } from '../agreement/replica-addresses.js';
import { auditorConfigSchema } from '../auditor.config.js';

const compare = async (urls: readonly string[]): Promise<Comparison> => compareReplicas(await replicaAddresses(urls));

const compareSome = async ({ urls, times, everyMs }: CompareCommand & { kind: 'some' }, say: (line: string) => void): Promise<number> => {
  const found = { equal: 0, different: 0, unreachable: 0 };
  for (let n = 0; n < times; n += 1) {
    if (n > 0) await sleep(everyMs);
    const comparison = await compare(urls);
    say(comparisonLine(comparison));
    found[outcomeOf(comparison)] += 1;
  }
  if (times > 1) say(`${found.equal} equal, ${found.different} different, ${found.unreachable} not all compared`);
  return found.different > 0 || found.equal === 0 ? 1 : 0;
};

const audit = async ({ urls, everyMs, adminPort }: CompareCommand & { kind: 'audit' }): Promise<void> => {
  const config = loadConfig(auditorConfigSchema);
  const logger = createLogger('auditor', { level: config.LOG_LEVEL });
  const registry = createRegistry('auditor');
  const auditor = new Auditor(() => compare(urls), everyMs, new AuditorMetrics(registry), logger);
  const readiness = new Readiness();
  const admin = await startAdminServer({ host: config.HOST, port: adminPort ?? config.ADMIN_PORT, registry, readiness: readiness.check });
  onShutdown(
    [
      { name: 'comparison', run: () => auditor.stop() },
      { name: 'admin', run: () => admin.close(), limitMs: 1000 },
    ],
    logger,
  );
  logger.info({ urls, everyMs, admin: admin.url }, 'auditor compares');
  auditor.start();
};

/** `compare ...`. Answers the exit code; one that goes on until it is stopped answers at once, and ends by signals. */
export const runCompare = async (args: readonly string[], say: (line: string) => void): Promise<number> => {
  let command: CompareCommand;
  try {
    command = parseCompare(args);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\nUsage: ${compareUsage}`);
    return 2;
  }
  if (command.kind === 'some') return compareSome(command, say);
  await audit(command);
  return 0;
};
