import { topics } from '#contracts';
import {
  answeringOf,
  type Manifest,
  quantity,
  selects,
  servicesOf,
  type Workload,
  workloadsOf,
} from '../../../scripts/deployment/manifest.js';
import { each, type Rule } from './rule.js';

const nameOf = ({ kind, name }: Workload): string => `${kind} ${name}`;
const kindOf = (manifests: readonly Manifest[], kind: string): readonly Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind);
const scalersOf = (manifests: readonly Manifest[]): readonly Manifest[] => [
  ...kindOf(manifests, 'HorizontalPodAutoscaler'),
  ...kindOf(manifests, 'ScaledObject'),
];
const isScaled = (manifests: readonly Manifest[], { kind, name }: Workload): boolean =>
  scalersOf(manifests).some(({ spec }) => spec?.scaleTargetRef?.kind === kind && spec.scaleTargetRef.name === name);

/** How many there are, where, and how they are replaced. */
export const scaleRules: readonly Rule[] = [
  {
    name: 'is there twice',
    why: 'one replica is an outage at every rollout and every loss of a node',
    check: (manifests) =>
      each(
        answeringOf(manifests),
        nameOf,
        (workload) => !isScaled(manifests, workload) && !((workload.manifest.spec?.replicas ?? 1) >= 2),
        'has one replica',
      ),
  },
  {
    name: 'is spread over machines and zones',
    why: 'two replicas on one machine fall together',
    check: (manifests) =>
      each(
        answeringOf(manifests),
        nameOf,
        ({ pod: { topologySpreadConstraints: spread = [] }, labels }) =>
          !['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].every((key) =>
            spread.some(({ topologyKey, labelSelector }) => topologyKey === key && selects(labelSelector, labels)),
          ),
        'is not spread, or spreads the pods of another',
      ),
  },
  {
    name: 'is drained one at a time',
    why: 'an upgrade of the nodes must not take all replicas of a service at once, nor wait for ever for the last one',
    check: (manifests) =>
      each(
        answeringOf(manifests),
        nameOf,
        ({ labels }) =>
          kindOf(manifests, 'PodDisruptionBudget').filter(({ spec }) => selects(spec?.selector, labels) && spec?.maxUnavailable === 1)
            .length !== 1,
        'has not exactly one budget of one pod',
      ),
  },
  {
    name: 'is replaced before it goes',
    why: 'a rollout must not lower what can be carried; rankers have names, so they go one by one',
    check: (manifests) =>
      each(
        answeringOf(manifests),
        nameOf,
        ({ kind, manifest: { spec } }) =>
          kind === 'Deployment'
            ? spec?.strategy?.type === 'Recreate' || spec?.strategy?.rollingUpdate?.maxUnavailable !== 0
            : spec?.podManagementPolicy !== 'Parallel' || spec.serviceName === undefined,
        'a rollout takes a replica before its successor is ready, or starts replicas one after the other',
      ),
  },
  {
    name: 'has one master of its replicas',
    why: 'a count in a manifest, a second autoscaler and the first undo each other’s work',
    check: (manifests) => [
      ...scalersOf(manifests).flatMap(({ metadata, spec }) => {
        const target = workloadsOf(manifests).find(
          ({ kind, name }) => spec?.scaleTargetRef?.kind === kind && spec.scaleTargetRef.name === name,
        );
        if (target === undefined) return [`${metadata.name}: nothing to scale`];
        return target.manifest.spec?.replicas === undefined ? [] : [`${metadata.name}: ${target.name} has a count of its own`];
      }),
      ...each(
        servicesOf(manifests),
        nameOf,
        ({ kind, name }) =>
          scalersOf(manifests).filter(({ spec }) => spec?.scaleTargetRef?.kind === kind && spec.scaleTargetRef.name === name).length > 1,
        'two autoscalers',
      ),
    ],
  },
  {
    name: 'audits alone',
    why: 'each comparison lets the folds stand for a moment; two auditors would let them stand twice, and count twice',
    check: (manifests) => {
      const answering = new Set(answeringOf(manifests).map(nameOf));
      return each(
        servicesOf(manifests).filter((workload) => !answering.has(nameOf(workload))),
        nameOf,
        ({ manifest: { spec } }) => spec?.replicas !== 1 || spec.strategy?.type !== 'Recreate',
        'more than one, for the length of a rollout at least',
      );
    },
  },
  {
    name: 'scales between two bounds',
    why: 'at least two for the same reason as ever; at most what stores and budget can carry',
    check: (manifests) =>
      each(
        scalersOf(manifests),
        ({ metadata }) => metadata.name,
        ({ spec }) => {
          const [least, most] = [spec?.minReplicas ?? spec?.minReplicaCount ?? 1, spec?.maxReplicas ?? spec?.maxReplicaCount ?? 0];
          return !(least >= 2 && most > least);
        },
        'starts below two, or has no room',
      ),
  },
  {
    name: 'scales the archive by a group that exists',
    why: 'the lag of a group that nobody is in stays zero for ever; more members than partitions are idle',
    check: (manifests) =>
      kindOf(manifests, 'ScaledObject').flatMap(({ metadata, spec }) =>
        (spec?.triggers ?? []).flatMap(({ metadata: trigger }) => {
          const topic = Object.values(topics).find(({ name }) => name === trigger['topic']);
          const brokers = kindOf(manifests, 'ConfigMap').map(({ data }) => data?.['KAFKA_BROKERS']);
          return [
            ...(trigger['consumerGroup'] === 'broadsheet-archive' ? [] : [`${metadata.name}: no such group`]),
            ...(topic !== undefined && (spec?.maxReplicaCount ?? 100) <= topic.partitions
              ? []
              : [`${metadata.name}: no such topic, or too few partitions`]),
            ...(brokers.includes(trigger['bootstrapServers']) ? [] : [`${metadata.name}: other brokers than ours`]),
          ];
        }),
      ),
  },
  {
    name: 'asks brokers of a trial for three copies',
    why: 'a cluster of three that keeps one copy loses data with one machine',
    check: (manifests) =>
      kindOf(manifests, 'Kafka').flatMap(({ metadata, spec }) => {
        const { kafka } = spec as unknown as { kafka: { config: Record<string, unknown> } };
        const settings = kindOf(manifests, 'ConfigMap').map(({ data }) => data?.['KAFKA_REPLICATION_FACTOR']);
        return [
          ...(kafka.config['default.replication.factor'] === 3 && kafka.config['min.insync.replicas'] === 2
            ? []
            : [`${metadata.name}: fewer copies than brokers`]),
          ...(settings.includes('3') ? [] : [`${metadata.name}: our topics are made with one copy`]),
        ];
      }),
  },
  {
    name: 'keeps stores on disks that outlive the pod',
    why: 'the log is the truth',
    check: (manifests) =>
      each(
        workloadsOf(manifests).filter(({ ours }) => !ours),
        nameOf,
        ({ manifest }) => {
          const { volumeClaimTemplates = [] } = (manifest.spec ?? {}) as {
            volumeClaimTemplates?: { spec: { resources: { requests: { storage: string } } } }[];
          };
          return (
            volumeClaimTemplates.length === 0 || volumeClaimTemplates.some(({ spec }) => !(quantity(spec.resources.requests.storage) > 0))
          );
        },
        'has no claim of its own',
      ),
  },
];
