import { UsageError } from '#config';
import type { DigestConfig } from './digest.config.js';
import type { DigestOptions } from './digest-options.js';
import { deliverOnce, type DeliveryRecord } from './deliver/deliver-once.js';
import { writeToDirectory } from './deliver/directory.js';
import { RefusedFailure } from './deliver/refused.failure.js';
import { smtpTarget } from './deliver/smtp.js';
import type { Rendered, Target } from './deliver/target.js';
import { UnknownDeliveryFailure } from './deliver/unknown-delivery.failure.js';
import { webhookSettings, webhookTarget } from './deliver/webhook.js';
import { exitCodes } from './exit-codes.js';
import { feedSettings } from './feed/trending-feed.js';
import { makeDigest, rendered } from './make-digest.js';

export interface DigestPorts {
  readonly print: (line: string) => void;
  readonly say: (line: string) => void;
  /** Opens the record of deliveries, and closes it after `work`. */
  withRecord<T>(work: (record: DeliveryRecord) => Promise<T>): Promise<T>;
  readonly now: number;
}

/**
 * Makes the digest and delivers it to every target; one that fails does not keep the others from it.
 * Out: the exit code. @throws {UsageError} a setting is missing. @throws {GatewayFailure}
 */
export const runDigest = async (
  options: DigestOptions,
  config: DigestConfig,
  { print, say, withRecord, now }: DigestPorts,
): Promise<number> => {
  // A setting that is missing is told before anything is asked for.
  const targets = targetsOf(options, config);
  const site = { name: config.DIGEST_SITE_NAME, url: config.DIGEST_SITE_URL ?? config.DIGEST_GATEWAY_URL };
  const digest = await makeDigest(options, site, { base: config.DIGEST_GATEWAY_URL, ...feedSettings }, now);
  const ready = rendered(digest, options.list);
  if (options.dryRun) {
    print(ready.text);
    say(
      `dry run: ${digest.papers.length} papers would go to ${[...(options.out === null ? [] : [options.out]), ...targets.map(({ name }) => name)].join(', ') || 'nobody'}`,
    );
    return exitCodes.done;
  }
  if (digest.papers.length === 0 && !options.sendEmpty) {
    print(`${digest.title}: no paper, so nothing is sent (--send-empty sends it all the same)`);
    return exitCodes.done;
  }
  if (options.out !== null) for (const path of await writeToDirectory(options.out, ready)) print(path);
  if (targets.length === 0) return exitCodes.done;
  return withRecord(async (record) => {
    const codes: number[] = [];
    for (const target of targets) codes.push(await deliverTo(target, ready, record, options.again, print, say));
    return Math.max(...codes);
  });
};

const deliverTo = async (
  target: Target,
  ready: Rendered,
  record: DeliveryRecord,
  again: boolean,
  print: (line: string) => void,
  say: (line: string) => void,
): Promise<number> => {
  try {
    const outcome = await deliverOnce(ready, target, record, again);
    if (outcome.kind === 'busy') say(`${target.name}: another run delivers this digest right now`);
    if (outcome.kind === 'before') print(`${target.name}: was delivered at ${outcome.at.toISOString()}, and is not sent again`);
    if (outcome.kind === 'delivered') print(`${target.name}: ${ready.digest.papers.length} papers, ${outcome.told}`);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof RefusedFailure || error instanceof UnknownDeliveryFailure)) throw error;
    say(`${error.code}: ${error.message}`);
    return error instanceof RefusedFailure ? exitCodes.fault : exitCodes.unknown;
  }
};

const SMTP_TIMEOUT_MS = 30_000;

const targetsOf = ({ smtp, webhook, list, dryRun }: DigestOptions, config: DigestConfig): readonly Target[] => {
  if ((smtp || webhook) && !dryRun) needed(config.DATABASE_URL, 'DATABASE_URL', 'mail and webhook');
  return [
    ...(smtp
      ? [
          smtpTarget({
            name: list,
            url: needed(config.DIGEST_SMTP_URL, 'DIGEST_SMTP_URL', '--smtp'),
            from: needed(config.DIGEST_FROM, 'DIGEST_FROM', '--smtp'),
            recipients: needed(config.DIGEST_RECIPIENTS, 'DIGEST_RECIPIENTS', '--smtp'),
            timeoutMs: SMTP_TIMEOUT_MS,
          }),
        ]
      : []),
    ...(webhook
      ? [webhookTarget({ name: list, url: needed(config.DIGEST_WEBHOOK_URL, 'DIGEST_WEBHOOK_URL', '--webhook'), ...webhookSettings })]
      : []),
  ];
};

/** @throws {UsageError} */
const needed = <T>(value: T | undefined, variable: string, by: string): T => {
  if (value === undefined) throw new UsageError(`${variable}: is required by ${by}`);
  return value;
};
