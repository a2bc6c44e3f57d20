import { readDigestOptions } from '../../../apps/digest/src/digest-options.js';
import { exitCodes } from '../../../apps/digest/src/exit-codes.js';
import { parseCommand } from '../../../apps/ingest/src/cli/command.js';
import { parseCompare } from '../../../apps/ranker/src/agreement/compare-command.js';
import { readRetrainOptions } from '../../../apps/retrain/src/retrain-options.js';
import { type Manifest, servicesOf, type Workload, workloadsOf } from '../../../scripts/deployment/manifest.js';
import { each, type Rule } from './rule.js';

const jobsOf = (manifests: readonly Manifest[]): readonly Workload[] =>
  workloadsOf(manifests).filter(({ kind }) => kind === 'Job' || kind === 'CronJob');
const nameOf = ({ kind, name }: Workload): string => `${kind} ${name}`;

/** Reads the arguments as the program of that name would. @throws they can not be meant. */
const readers: Readonly<Record<string, (args: readonly string[]) => boolean>> = {
  ingest: (args) => ['migrate', 'load'].includes(parseCommand(args, '2026-01-01').name),
  digest: (args) => {
    const { dryRun, smtp, webhook } = readDigestOptions(args, Date.parse('2026-01-01'));
    return !dryRun && (smtp || webhook);
  },
  retrain: (args) => !readRetrainOptions(args).refusalFails,
};

const understood = ({ pod }: Workload): boolean =>
  pod.containers.every(({ args = [], env = [] }) => {
    try {
      return readers[env.find(({ name }) => name === 'SERVICE')?.value ?? 'none']?.(args) === true;
    } catch {
      return false;
    }
  });

/** A service serves, which is no argument at all, or compares for ever at the port of its probes. */
const staysUp = ({ pod }: Workload): boolean =>
  pod.containers.every(({ args = [] }) => {
    if (args.length === 0) return true;
    const [command, ...rest] = args;
    try {
      return command === 'compare' && parseCompare(rest).kind === 'audit';
    } catch {
      return false;
    }
  });

/** What runs to its end, and what is told to run. */
export const jobRules: readonly Rule[] = [
  {
    name: 'runs commands that exist',
    why: 'a schedule of a command that is not there fails every hour, and nobody looks',
    check: (manifests) => [
      ...each(jobsOf(manifests), nameOf, (job) => !understood(job), 'its program does not know this command'),
      ...each(servicesOf(manifests), nameOf, (service) => !staysUp(service), 'it ends, or is not known'),
    ],
  },
  {
    name: 'brings tables and topics up to date',
    why: 'services wait for both',
    check: (manifests) => {
      const found = jobsOf(manifests).filter(
        ({ kind, pod }) => kind === 'Job' && pod.containers.some(({ args }) => args?.[0] === 'migrate'),
      );
      return found.length === 1 ? [] : [`${found.length} jobs migrate`];
    },
  },
  {
    name: 'ends, and is cleared away',
    why: 'a job that hangs holds its successor back; one that stays can not be applied again',
    check: (manifests) =>
      each(
        jobsOf(manifests),
        nameOf,
        ({ kind, pod, manifest: { spec } }) => {
          const job = spec?.jobTemplate?.spec ?? spec;
          const cleared = kind === 'CronJob' || (spec?.ttlSecondsAfterFinished ?? 0) > 0;
          return (
            pod.restartPolicy === undefined ||
            pod.restartPolicy === 'Always' ||
            !((job?.activeDeadlineSeconds ?? 0) > 0) ||
            job?.backoffLimit === undefined ||
            !cleared
          );
        },
        'has no deadline, no bound of tries, or stays for ever',
      ),
  },
  {
    name: 'runs on schedule once at a time',
    why: 'sources allow one connection, two trainings cost two cores; a run that is late is better left out than doubled',
    check: (manifests) =>
      each(
        jobsOf(manifests).filter(({ kind }) => kind === 'CronJob'),
        nameOf,
        ({ manifest: { spec } }) =>
          spec?.concurrencyPolicy !== 'Forbid' ||
          spec.timeZone === undefined ||
          !((spec.startingDeadlineSeconds ?? 0) > 0) ||
          !/^[\d*/,-]+( [\d*/,-]+){4}$/.test(spec.schedule ?? ''),
        'may run twice at once, or at nobody’s time',
      ),
  },
  {
    name: 'does not try again what may have been sent',
    why: 'a digest of which nobody knows would come twice; a second try of it can only end the same way',
    check: (manifests) =>
      each(
        jobsOf(manifests).filter(({ labels }) => labels['app'] === 'digest'),
        nameOf,
        ({ manifest: { spec } }) =>
          spec?.jobTemplate?.spec.podFailurePolicy?.rules.some(
            ({ action, onExitCodes }) =>
              action === 'FailJob' && onExitCodes?.operator === 'In' && onExitCodes.values.includes(exitCodes.unknown),
          ) !== true,
        'its exit code for "nobody knows" does not end the job',
      ),
  },
];
