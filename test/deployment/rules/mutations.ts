import type { Container, Manifest, PodSpec } from '../../../scripts/deployment/manifest.js';

/** One mistake that somebody could make, and the rule that has to see it. */
export interface Mutation {
  readonly rule: string;
  readonly mistake: string;
  readonly overlay: 'local' | 'strimzi' | 'prod' | 'traced';
  /** Makes the mistake, in place or by answering other manifests. */
  readonly make: (manifests: Manifest[]) => Manifest[] | undefined;
}

const find = (manifests: readonly Manifest[], kind: string, name: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name.startsWith(name));
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};
const podOf = (manifests: readonly Manifest[], kind: string, name: string): PodSpec => {
  const { spec } = find(manifests, kind, name);
  return (spec?.template ?? spec!.jobTemplate!.spec.template).spec;
};

const inPod =
  (kind: string, name: string, change: (pod: PodSpec) => void) =>
  (manifests: Manifest[]): undefined => {
    change(podOf(manifests, kind, name));
  };
const inContainer = (kind: string, name: string, change: (container: Container) => void) =>
  inPod(kind, name, ({ containers }) => change(containers[0]!));
const inManifest =
  (kind: string, name: string, change: (manifest: Manifest) => void) =>
  (manifests: Manifest[]): undefined => {
    change(find(manifests, kind, name));
  };
const inSpec = (kind: string, name: string, change: (spec: NonNullable<Manifest['spec']>) => void) =>
  inManifest(kind, name, ({ spec }) => change(spec!));
const without =
  (kind: string, name = '') =>
  (manifests: Manifest[]): Manifest[] =>
    manifests.filter((manifest) => !(manifest.kind === kind && manifest.metadata.name.startsWith(name)));

const mutation = (rule: string, mistake: string, make: Mutation['make'], overlay: Mutation['overlay'] = 'local'): Mutation => ({
  rule,
  mistake,
  overlay,
  make,
});

const podMutations: readonly Mutation[] = [
  mutation(
    'runs as a user that is not root',
    'uid 0',
    inPod('Deployment', 'gateway', (pod) => (pod.securityContext!.runAsUser = 0)),
  ),
  mutation(
    'runs as a user that is not root',
    'nobody says that it is not root',
    inPod('StatefulSet', 'postgres', (pod) => delete pod.securityContext!.runAsNonRoot),
  ),
  mutation(
    'has no privileges and can gain none',
    'a capability is added',
    inContainer('Deployment', 'ingest', (container) => (container.securityContext!.capabilities!.add = ['NET_ADMIN'])),
  ),
  mutation(
    'has no privileges and can gain none',
    'escalation is left to the default',
    inContainer('Job', 'migrate', (container) => delete container.securityContext!.allowPrivilegeEscalation),
  ),
  mutation(
    'has no privileges and can gain none',
    'any system call',
    inPod('StatefulSet', 'kafka', (pod) => delete pod.securityContext!.seccompProfile),
  ),
  mutation(
    'shares nothing with its node',
    'a folder of the node',
    inPod('Deployment', 'gateway', (pod) => (pod.volumes = [{ name: 'logs', hostPath: { path: '/var/log' } }])),
  ),
  mutation(
    'shares nothing with its node',
    'its network',
    inPod('StatefulSet', 'ranker', (pod) => (pod.hostNetwork = true)),
  ),
  mutation(
    'can not write to its image',
    'a disk that can be written to',
    inContainer('StatefulSet', 'ranker', (container) => (container.securityContext!.readOnlyRootFilesystem = false)),
  ),
  mutation(
    'can not write to its image',
    'scratch space that nobody needs',
    inContainer('Deployment', 'gateway', (container) => (container.volumeMounts = [{ name: 'tmp', mountPath: '/tmp' }])),
  ),
  mutation(
    'bounds every scratch disk',
    'no bound',
    inPod('StatefulSet', 'postgres', (pod) => delete pod.volumes![0]!.emptyDir!.sizeLimit),
  ),
  mutation(
    'asks three different questions',
    'liveness asks for the stores',
    inContainer('Deployment', 'ingest', (container) => (container.livenessProbe!.httpGet!.path = '/readyz')),
  ),
  mutation(
    'asks three different questions',
    'a path that nobody serves',
    inContainer('Deployment', 'gateway', (container) => (container.startupProbe!.httpGet!.path = '/healthz')),
  ),
  mutation(
    'lets a start last',
    'a minute',
    inContainer('StatefulSet', 'ranker', (container) => (container.startupProbe!.failureThreshold = 30)),
  ),
  mutation(
    'leaves in order',
    'no time for balancers',
    inContainer('Deployment', 'gateway', (container) => delete container.lifecycle),
  ),
  mutation(
    'leaves in order',
    'killed in the middle',
    inPod('StatefulSet', 'ranker', (pod) => (pod.terminationGracePeriodSeconds = 20)),
  ),
  mutation(
    'says what it needs and may take',
    'no memory limit',
    inContainer('StatefulSet', 'kafka', (container) => delete container.resources!.limits!['memory']),
  ),
  mutation(
    'says what it needs and may take',
    'a quantity with a typing mistake',
    inContainer('Job', 'migrate', (container) => (container.resources!.requests!['memory'] = '128Mb')),
  ),
  mutation(
    'is never throttled',
    'a CPU limit',
    inContainer('Deployment', 'gateway', (container) => (container.resources!.limits!['cpu'] = '1')),
  ),
  mutation(
    'has a core for its one ONNX thread',
    'half a core',
    inContainer('StatefulSet', 'ranker', (container) => (container.resources!.requests!['cpu'] = '500m')),
  ),
  mutation(
    'has a core for its one ONNX thread',
    'models that it could write to',
    inContainer('StatefulSet', 'ranker', (container) => delete container.volumeMounts![0]!.readOnly),
    'prod',
  ),
  mutation(
    'can not write to its image',
    'a retraining that writes to the program',
    inContainer('CronJob', 'retrain', (container) => (container.volumeMounts![0]!.mountPath = '/app')),
    'prod',
  ),
  mutation(
    'bounds every scratch disk',
    'rows without end',
    inPod('CronJob', 'retrain', (pod) => delete pod.volumes!.find(({ name }) => name === 'scratch')!.emptyDir!.sizeLimit),
    'prod',
  ),
  mutation(
    'is told of no other service',
    'the default',
    inPod('StatefulSet', 'kafka', (pod) => delete pod.enableServiceLinks),
  ),
  mutation(
    'runs a pinned image of this version',
    'latest',
    inContainer('StatefulSet', 'postgres', (container) => (container.image = 'postgres:latest')),
  ),
  mutation(
    'runs a pinned image of this version',
    'the version before',
    inContainer('Job', 'migrate', (container) => (container.image = 'broadsheet:0.0.9')),
  ),
];

const identityMutations: readonly Mutation[] = [
  mutation(
    'lives in a namespace with restricted Pod Security',
    'a laxer standard',
    inManifest('Namespace', 'broadsheet', ({ metadata }) => (metadata.labels!['pod-security.kubernetes.io/enforce'] = 'baseline')),
  ),
  mutation(
    'keeps everything in one namespace',
    'the default namespace',
    inManifest('Service', 'gateway', ({ metadata }) => delete metadata.namespace),
  ),
  mutation(
    'carries no token',
    'the default of pods',
    inPod('Deployment', 'gateway', (pod) => delete pod.automountServiceAccountToken),
  ),
  mutation(
    'carries no token',
    'the default of accounts',
    inManifest('ServiceAccount', 'ranker', (account) => delete account.automountServiceAccountToken),
  ),
  mutation(
    'has a name of its own',
    'the account of another',
    inPod('Deployment', 'ingest', (pod) => (pod.serviceAccountName = 'gateway')),
  ),
  mutation('has a name of its own', 'an account that is not there', without('ServiceAccount', 'migrate')),
  mutation(
    'reads settings that it knows, and all that it needs',
    'a misspelt name',
    inManifest('ConfigMap', 'broadsheet-settings', ({ data }) => Object.assign(data!, { LOGLEVEL: 'debug' })),
  ),
  mutation(
    'reads settings that it knows, and all that it needs',
    'a setting of another process',
    inContainer('StatefulSet', 'ranker', (container) => container.env!.push({ name: 'CURSOR_TTL_S', value: '60' })),
  ),
  mutation(
    'reads settings that it knows, and all that it needs',
    'a value out of range',
    inContainer('Deployment', 'gateway', (container) => container.env!.push({ name: 'RANK_DEADLINE_MS', value: '5' })),
  ),
  mutation(
    'reads settings that it knows, and all that it needs',
    'keys are missing',
    inContainer('Deployment', 'gateway', (container) => container.envFrom!.pop()),
  ),
  mutation(
    'gets settings from generated ConfigMaps',
    'one that is not there',
    inContainer('Deployment', 'gateway', (container) => (container.envFrom![0]!.configMapRef!.name = 'settings')),
  ),
  mutation(
    'gets settings from generated ConfigMaps',
    'a name without a hash',
    inManifest('ConfigMap', 'broadsheet-settings', ({ metadata }) => (metadata.name = 'broadsheet-settings')),
  ),
  mutation(
    'gets secrets by reference',
    'a secret as a value',
    inContainer('Deployment', 'gateway', (container) => container.env!.push({ name: 'CURSOR_SECRET', value: 'x'.repeat(40) })),
  ),
  mutation(
    'gets secrets by reference',
    'a secret among the settings',
    inManifest('ConfigMap', 'broadsheet-settings', ({ data }) => Object.assign(data!, { JWT_SHARED_SECRET: 'x'.repeat(40) })),
  ),
  mutation(
    'gets secrets by reference',
    'a real secret in a trial',
    inManifest('Secret', 'broadsheet-gateway', ({ data }) => (data!['CURSOR_SECRET'] = Buffer.from('p4ssw0rd').toString('base64'))),
  ),
  mutation(
    'gets secrets by reference',
    'a secret in production',
    (manifests) => [
      ...manifests,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'broadsheet-gateway' },
        data: { CURSOR_SECRET: Buffer.from('local-cluster-only').toString('base64') },
      },
    ],
    'prod',
  ),
  mutation(
    'gets no secret of another',
    'the database for an auditor',
    inContainer('Deployment', 'auditor', (container) => container.envFrom!.push({ secretRef: { name: 'broadsheet-database' } })),
  ),
  mutation(
    'gets no secret of another',
    'the keys of the gateway in a ranker',
    inContainer('StatefulSet', 'ranker', (container) => container.envFrom!.push({ secretRef: { name: 'broadsheet-gateway' } })),
  ),
];

const scaleMutations: readonly Mutation[] = [
  mutation(
    'is there twice',
    'one replica',
    inSpec('Deployment', 'ingest', (spec) => (spec.replicas = 1)),
  ),
  mutation(
    'is spread over machines and zones',
    'machines only',
    inPod('Deployment', 'gateway', (pod) => pod.topologySpreadConstraints!.pop()),
  ),
  mutation(
    'is spread over machines and zones',
    'the pods of another',
    inPod('StatefulSet', 'ranker', (pod) => (pod.topologySpreadConstraints![0]!.labelSelector = { matchLabels: { app: 'gateway' } })),
  ),
  mutation('is drained one at a time', 'no budget', without('PodDisruptionBudget', 'ranker')),
  mutation(
    'is drained one at a time',
    'a budget that lets all go',
    inSpec('PodDisruptionBudget', 'gateway', (spec) => (spec.maxUnavailable = '100%')),
  ),
  mutation(
    'is replaced before it goes',
    'the old one goes first',
    inSpec('Deployment', 'ingest', (spec) => (spec.strategy = { type: 'Recreate' })),
  ),
  mutation(
    'has one master of its replicas',
    'a count beside an autoscaler',
    inSpec('Deployment', 'gateway', (spec) => (spec.replicas = 2)),
    'prod',
  ),
  mutation(
    'has one master of its replicas',
    'two autoscalers',
    inSpec('HorizontalPodAutoscaler', 'gateway', (spec) => (spec.scaleTargetRef = { kind: 'Deployment', name: 'ingest' })),
    'strimzi',
  ),
  mutation(
    'has one master of its replicas',
    'nothing to scale',
    inSpec('HorizontalPodAutoscaler', 'ranker', (spec) => (spec.scaleTargetRef!.kind = 'Deployment')),
    'prod',
  ),
  mutation(
    'scales between two bounds',
    'down to one',
    inSpec('HorizontalPodAutoscaler', 'gateway', (spec) => (spec.minReplicas = 1)),
    'prod',
  ),
  mutation(
    'scales the archive by a group that exists',
    'a misspelt group',
    inSpec('ScaledObject', 'archive', (spec) => (spec.triggers![0]!.metadata['consumerGroup'] = 'archive')),
    'strimzi',
  ),
  mutation(
    'scales the archive by a group that exists',
    'more members than partitions',
    inSpec('ScaledObject', 'archive', (spec) => (spec.maxReplicaCount = 20)),
    'strimzi',
  ),
  mutation(
    'asks brokers of a trial for three copies',
    'topics with one copy',
    inManifest('ConfigMap', 'broadsheet-settings', ({ data }) => delete data!['KAFKA_REPLICATION_FACTOR']),
    'strimzi',
  ),
  mutation(
    'audits alone',
    'two auditors',
    inSpec('Deployment', 'auditor', (spec) => (spec.replicas = 2)),
  ),
  mutation(
    'audits alone',
    'two of them while one is replaced',
    inSpec('Deployment', 'auditor', (spec) => delete spec.strategy),
  ),
  mutation(
    'keeps stores on disks that outlive the pod',
    'no claim',
    inSpec('StatefulSet', 'kafka', (spec) => Object.assign(spec, { volumeClaimTemplates: [] })),
  ),
];

const jobMutations: readonly Mutation[] = [
  mutation(
    'runs commands that exist',
    'a command of the future',
    inContainer('CronJob', 'connector-hub', (container) => (container.args = ['digest'])),
    'prod',
  ),
  mutation(
    'runs commands that exist',
    'an option that is missing',
    inContainer('CronJob', 'connector-hub', (container) => (container.args = ['load', '--connector', 'hub'])),
    'prod',
  ),
  mutation(
    'runs commands that exist',
    'an auditor that compares once',
    inContainer('Deployment', 'auditor', (container) => (container.args = ['compare', 'http://ranker:9000'])),
  ),
  mutation(
    'runs commands that exist',
    'a digest to nobody',
    inContainer('CronJob', 'digest', (container) => (container.args = ['--period', 'day', '--dry-run'])),
    'prod',
  ),
  mutation(
    'runs commands that exist',
    'an option of retraining that is misspelt',
    inContainer('CronJob', 'retrain', (container) => (container.args = ['--day', '14', '--if-refused', 'succeed'])),
    'prod',
  ),
  mutation(
    'does not try again what may have been sent',
    'every exit code is tried again',
    inSpec('CronJob', 'digest', (spec) => delete spec.jobTemplate!.spec.podFailurePolicy),
    'prod',
  ),
  mutation('brings tables and topics up to date', 'nobody does', without('Job')),
  mutation(
    'ends, and is cleared away',
    'no deadline',
    inSpec('Job', 'migrate', (spec) => delete spec.activeDeadlineSeconds),
  ),
  mutation(
    'ends, and is cleared away',
    'it stays',
    inSpec('Job', 'migrate', (spec) => delete spec.ttlSecondsAfterFinished),
  ),
  mutation(
    'runs on schedule once at a time',
    'two at once',
    inSpec('CronJob', 'connector-arxiv', (spec) => (spec.concurrencyPolicy = 'Allow')),
    'prod',
  ),
];

const networkMutations: readonly Mutation[] = [
  mutation('denies what is not declared, both ways', 'no such policy', without('NetworkPolicy', 'default-deny')),
  mutation(
    'denies what is not declared, both ways',
    'one way only',
    inSpec('NetworkPolicy', 'default-deny', (spec) => (spec.policyTypes = ['Ingress'])),
  ),
  mutation('declares each edge at both of its ends', 'the far end is missing', without('NetworkPolicy', 'ranker')),
  mutation('declares each edge at both of its ends', 'the near end is missing', without('NetworkPolicy', 'to-kafka')),
  mutation(
    'declares each edge at both of its ends',
    'a digest that the gateway does not let in',
    without('NetworkPolicy', 'gateway-from-digest'),
    'prod',
  ),
  mutation(
    'names the port of every edge, and who is at its other end',
    'any port',
    inSpec('NetworkPolicy', 'gateway', (spec) => delete spec.egress![0]!.ports),
  ),
  mutation(
    'names the port of every edge, and who is at its other end',
    'anybody',
    inSpec('NetworkPolicy', 'ingest', (spec) => delete spec.ingress![0]!.from),
  ),
  mutation(
    'lets each pod find names, and no others',
    'a pod that finds nothing',
    inSpec('NetworkPolicy', 'names', (spec) => spec.podSelector!.matchExpressions![0]!.values!.shift()),
  ),
  mutation(
    'lets each pod find names, and no others',
    'a store that may ask',
    inSpec('NetworkPolicy', 'names', (spec) => spec.podSelector!.matchExpressions![0]!.values!.push('postgres')),
  ),
  mutation(
    'lets nobody but connectors and token checks onto the internet',
    'a ranker that may',
    inSpec('NetworkPolicy', 'to-identity-provider', (spec) => (spec.podSelector = { matchLabels: { app: 'ranker' } })),
    'prod',
  ),
  mutation(
    'lets services reach a collector of traces where they send to it, and only there',
    'a policy that forgets ingest',
    inSpec('NetworkPolicy', 'to-traces', (spec) => (spec.podSelector = { matchLabels: { app: 'gateway' } })),
    'traced',
  ),
  mutation(
    'lets services reach a collector of traces where they send to it, and only there',
    'traces without the way out',
    without('NetworkPolicy', 'to-traces'),
    'traced',
  ),
  mutation(
    'lets services reach a collector of traces where they send to it, and only there',
    'the way out without traces',
    inManifest('ConfigMap', 'broadsheet-settings', ({ data }) => {
      (data as Record<string, string>)['TRACES_EXPORTER'] = 'none';
    }),
    'traced',
  ),
  mutation(
    'keeps the internet apart from the cluster',
    'the metadata of the cloud',
    inSpec('NetworkPolicy', 'to-sources', (spec) => {
      const block = spec.egress![0]!.to![0]!.ipBlock!;
      block.except = block.except!.filter((network) => !network.startsWith('169.254'));
    }),
    'prod',
  ),
  mutation(
    'aims at pods and ports that are there',
    'a policy for nobody',
    inSpec('NetworkPolicy', 'kafka', (spec) => (spec.podSelector = { matchLabels: { app: 'kafka-0' } })),
  ),
  mutation(
    'aims at pods and ports that are there',
    'a service on another port',
    inSpec('Service', 'gateway', (spec) => (spec.ports![0]!.targetPort = 'web')),
  ),
  mutation(
    'aims at pods and ports that are there',
    'a probe of another port',
    inContainer('Deployment', 'gateway', (container) => (container.readinessProbe!.httpGet!.port = 'health')),
  ),
  mutation(
    'calls peers by names and ports that are there',
    'a renamed service',
    inManifest('Service', 'ingest', ({ metadata }) => (metadata.name = 'intake')),
  ),
  mutation(
    'opens no door beside the front',
    'a port of the nodes',
    inSpec('Service', 'gateway', (spec) => (spec.type = 'NodePort')),
  ),
  mutation(
    'opens no door beside the front',
    'an admin port at the front',
    inSpec('Service', 'gateway', (spec) => spec.ports!.push({ name: 'admin', port: 9000, targetPort: 'admin' })),
  ),
  mutation(
    'lets callers that balance by themselves see every replica',
    'one address for all',
    inSpec('Service', 'ranker', (spec) => delete spec.clusterIP),
  ),
];

const watchingMutations: readonly Mutation[] = [
  mutation(
    'has every service scraped',
    'a label is missing',
    inManifest('StatefulSet', 'ranker', ({ spec }) => delete spec!.template!.metadata!.labels!['serves-metrics']),
    'prod',
  ),
  mutation(
    'brings every board to Grafana where services are watched',
    'the label that the sidecar looks for is missing',
    inManifest('ConfigMap', 'broadsheet-dashboards', ({ metadata }) => delete metadata.labels!['grafana_dashboard']),
    'prod',
  ),
  mutation(
    'brings every board to Grafana where services are watched',
    'the component is left out',
    without('ConfigMap', 'broadsheet-dashboards'),
    'strimzi',
  ),
  mutation(
    'brings every board to Grafana where services are watched',
    'a board of before',
    inManifest('ConfigMap', 'broadsheet-dashboards', ({ data }) => (data!['ranker.json'] = `${data!['ranker.json']!} `)),
    'prod',
  ),
  mutation(
    'brings every board to Grafana where services are watched',
    'a board that nobody knows',
    inManifest('ConfigMap', 'broadsheet-dashboards', ({ data }) => (data!['old.json'] = '{}')),
    'prod',
  ),
  mutation(
    'says of every alert how bad it is and what to do',
    'a page that is not there',
    inSpec(
      'PrometheusRule',
      'broadsheet-cluster',
      (spec) => (spec.groups![0]!.rules[0]!.annotations!['runbook'] = 'docs/deploy.md#nowhere'),
    ),
    'prod',
  ),
  mutation(
    'says of every alert how bad it is and what to do',
    'a severity of its own',
    inSpec('PrometheusRule', 'broadsheet-cluster', (spec) => (spec.groups![0]!.rules[0]!.labels!['severity'] = 'meh')),
    'prod',
  ),
  mutation('is complete in production', 'no autoscaler', without('HorizontalPodAutoscaler', 'ranker'), 'prod'),
];

export const mutations: readonly Mutation[] = [
  ...podMutations,
  ...identityMutations,
  ...scaleMutations,
  ...jobMutations,
  ...networkMutations,
  ...watchingMutations,
];
