import { readFileSync } from 'node:fs';
import { type Container, quantity, servicesOf, type Workload, workloadsOf } from '../../../scripts/deployment/manifest.js';
import { each, type Rule } from './rule.js';

const nameOf = ({ kind, name }: Workload): string => `${kind} ${name}`;
const containersOf = ({ pod }: Workload): readonly Container[] => [...(pod.initContainers ?? []), ...pod.containers];
const someContainer =
  (broken: (container: Container) => boolean) =>
  (workload: Workload): boolean =>
    containersOf(workload).some(broken);

/** Of those that answer: what runs before them has no probe and no port. */
const someServing =
  (broken: (container: Container) => boolean) =>
  ({ pod }: Workload): boolean =>
    pod.containers.some(broken);

/** From docs/figures.md, graceful stop: the slowest that any process was gone after SIGTERM, in seconds. */
const SLOWEST_STOP_S = 10.7;
const PRE_STOP_S = 5;

const preStopOf = ({ lifecycle }: Container): number => {
  const [program, seconds] = lifecycle?.preStop?.exec?.command ?? [];
  return program === 'sleep' ? Number(seconds) : NaN;
};

const adminServer = readFileSync('libs/telemetry/src/admin-server.ts', 'utf8');
const isServed = (path: string | undefined): boolean => path !== undefined && adminServer.includes(`case '${path}':`);

/** What may be written to, by container: where retraining leaves models and rows. */
const writable: Readonly<Record<string, readonly string[]>> = { retrain: ['/models', '/tmp'], 'seed-models': ['/models'] };

/** From the image, or from the volume that retraining writes to and a ranker can not. */
const readsModels = ({ env = [], volumeMounts = [] }: Container): boolean => {
  const directory = env.find(({ name }) => name === 'MODELS_DIR')?.value;
  if (directory === '/app/models') return true;
  return volumeMounts.some(({ name, mountPath, readOnly }) => name === 'models' && mountPath === directory && readOnly === true);
};

const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container) => [startupProbe, livenessProbe, readinessProbe];

/** How pods run: Pod Security, disks, probes, ends, resources. */
export const podRules: readonly Rule[] = [
  {
    name: 'runs as a user that is not root',
    why: 'root in a container is root on the node, one kernel mistake away',
    check: (manifests) =>
      each(
        workloadsOf(manifests),
        nameOf,
        ({ pod: { securityContext: context } }) =>
          context?.runAsNonRoot !== true || !(Number(context.runAsUser) > 0) || !(Number(context.runAsGroup) > 0),
        'runs as root, or as nobody said whom',
      ),
  },
  {
    name: 'has no privileges and can gain none',
    why: 'the restricted Pod Security standard',
    check: (manifests) =>
      each(
        workloadsOf(manifests),
        nameOf,
        (workload) =>
          workload.pod.securityContext?.seccompProfile?.type !== 'RuntimeDefault' ||
          someContainer(
            ({ securityContext: context }) =>
              context?.allowPrivilegeEscalation !== false ||
              context.privileged === true ||
              context.capabilities?.drop?.includes('ALL') !== true ||
              (context.capabilities.add ?? []).length > 0,
          )(workload),
        'has a capability, may gain privileges, or any system call',
      ),
  },
  {
    name: 'shares nothing with its node',
    why: 'a path or a network of the node is a way out of the container',
    check: (manifests) =>
      each(
        workloadsOf(manifests),
        nameOf,
        (workload) =>
          workload.pod.hostNetwork === true ||
          workload.pod.hostPID === true ||
          workload.pod.hostIPC === true ||
          (workload.pod.volumes ?? []).some((volume) => 'hostPath' in volume) ||
          someContainer(({ ports = [] }) => ports.some(({ hostPort }) => hostPort !== undefined))(workload),
        'uses a namespace, a path or a port of the node',
      ),
  },
  {
    name: 'can not write to its image',
    why: 'what breaks in can not stay; our services write to no disk at all, which the hardened run proves',
    check: (manifests) =>
      each(
        workloadsOf(manifests).filter(({ ours }) => ours),
        nameOf,
        someContainer(
          ({ name, securityContext, volumeMounts = [] }) =>
            securityContext?.readOnlyRootFilesystem !== true ||
            volumeMounts.some(({ readOnly, mountPath }) => readOnly !== true && writable[name]?.includes(mountPath) !== true),
        ),
        'has a disk that it can write to',
      ),
  },
  {
    name: 'bounds every scratch disk',
    why: 'a temporary folder without a bound fills the disk of the node',
    check: (manifests) =>
      each(
        workloadsOf(manifests),
        nameOf,
        ({ pod: { volumes = [] } }) => volumes.some(({ emptyDir }) => emptyDir !== undefined && !(quantity(emptyDir.sizeLimit) > 0)),
        'has an emptyDir without a sizeLimit',
      ),
  },
  {
    name: 'asks three different questions',
    why: 'a start that lasts must not be killed as if it hung, and a store that is away must not kill anybody',
    check: (manifests) =>
      each(
        servicesOf(manifests),
        nameOf,
        someServing((container) => {
          const paths = probesOf(container).map((probe) => probe?.httpGet?.path);
          return new Set(paths).size < 3 || !paths.every(isServed) || container.livenessProbe?.httpGet?.path !== '/livez';
        }),
        'startup, liveness and readiness are not three paths that the process serves',
      ),
  },
  {
    name: 'lets a start last',
    why: 'a ranker without a snapshot folds the whole log first',
    check: (manifests) =>
      each(
        servicesOf(manifests),
        nameOf,
        (workload) =>
          someServing(
            ({ startupProbe: probe }) =>
              !((probe?.periodSeconds ?? 10) * (probe?.failureThreshold ?? 3) >= (workload.name === 'ranker' ? 1_800 : 300)),
          )(workload),
        'a long start is ended',
      ),
  },
  {
    name: 'leaves in order',
    why: 'balancers hear late that a pod is gone: it goes on serving for a moment, and then has the time that its stop was measured to take',
    check: (manifests) =>
      each(
        servicesOf(manifests),
        nameOf,
        (workload) =>
          someServing(
            (container) =>
              !(preStopOf(container) >= PRE_STOP_S) ||
              !((workload.pod.terminationGracePeriodSeconds ?? 30) >= preStopOf(container) + 2 * SLOWEST_STOP_S),
          )(workload),
        `no preStop of ${PRE_STOP_S} s, or less grace than that and twice the slowest stop (${SLOWEST_STOP_S} s)`,
      ),
  },
  {
    name: 'says what it needs and may take',
    why: 'the scheduler places by requests; a process without a memory limit takes its neighbours along',
    check: (manifests) =>
      each(
        workloadsOf(manifests),
        nameOf,
        someContainer(
          ({ resources: { requests = {}, limits = {} } = {} }) =>
            !(quantity(requests['cpu']) > 0) ||
            !(quantity(requests['memory']) > 0) ||
            !(quantity(limits['memory']) >= quantity(requests['memory'])),
        ),
        'requests of CPU and memory, or a memory limit above them, are missing',
      ),
  },
  {
    name: 'is never throttled',
    why: 'a CPU limit stops an event loop in the middle of a request, for up to 100 ms',
    check: (manifests) =>
      each(
        workloadsOf(manifests).filter(({ ours }) => ours),
        nameOf,
        someContainer(({ resources }) => resources?.limits?.['cpu'] !== undefined),
        'has a CPU limit',
      ),
  },
  {
    name: 'has a core for its one ONNX thread',
    why: 'sessions run with one thread, as their manifests say, because the pool would take the cores of the node for its own',
    check: (manifests) =>
      each(
        workloadsOf(manifests).filter(({ name }) => name === 'ranker' || name === 'retrain'),
        nameOf,
        ({ name, pod }) =>
          pod.containers.some(
            (container) => !(quantity(container.resources?.requests?.['cpu']) >= 1) || (name === 'ranker' && !readsModels(container)),
          ),
        'less than one core, or models from somewhere else than the image or a volume that it can only read',
      ),
  },
  {
    name: 'is told of no other service',
    why: 'a service called kafka would give every pod KAFKA_PORT, which the broker reads as a setting',
    check: (manifests) =>
      each(workloadsOf(manifests), nameOf, ({ pod }) => pod.enableServiceLinks !== false, 'enableServiceLinks is not false'),
  },
  {
    name: 'runs a pinned image of this version',
    why: 'the same manifest must run the same program tomorrow',
    check: (manifests) => {
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
      const wrong = (workload: Workload): boolean =>
        someContainer(({ image }) => {
          const tag = /:([^/@:]+)$/.exec(image)?.[1];
          return workload.ours ? tag !== version : (tag === undefined || tag === 'latest') && !image.includes('@sha256:');
        })(workload);
      return each(workloadsOf(manifests), nameOf, wrong, 'an image without a tag, or ours with another version');
    },
  },
];
