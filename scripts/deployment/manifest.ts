import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** The parts of Kubernetes manifests that our rules read. That they are well formed is the business of the schemas. */

export interface Labels {
  [name: string]: string;
}
export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
export interface Probe {
  httpGet?: { path: string; port: number | string };
  tcpSocket?: { port: number | string };
  periodSeconds?: number;
  failureThreshold?: number;
}
export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string }; secretKeyRef?: { name: string; key: string } } }[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports?: { name: string; containerPort: number; hostPort?: number }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop?: { exec?: { command: string[] } } };
  resources?: { requests?: Labels; limits?: Labels };
  securityContext?: {
    privileged?: boolean;
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
    runAsUser?: number;
    runAsNonRoot?: boolean;
  };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}
export interface PodSpec {
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  terminationGracePeriodSeconds?: number;
  restartPolicy?: string;
  securityContext?: {
    runAsNonRoot?: boolean;
    runAsUser?: number;
    runAsGroup?: number;
    seccompProfile?: { type: string };
  };
  topologySpreadConstraints?: { topologyKey: string; labelSelector: Selector }[];
  containers: Container[];
  initContainers?: Container[];
  volumes?: { name: string; emptyDir?: { sizeLimit?: string }; [source: string]: unknown }[];
}
export interface PodTemplate {
  metadata?: { labels?: Labels };
  spec: PodSpec;
}
export interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
export interface PolicyPort {
  port?: number | string;
  protocol?: string;
}
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels };
  automountServiceAccountToken?: boolean;
  data?: Labels;
  spec?: {
    replicas?: number;
    template?: PodTemplate;
    selector?: Selector & Labels;
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } };
    podManagementPolicy?: string;
    serviceName?: string;
    backoffLimit?: number;
    activeDeadlineSeconds?: number;
    ttlSecondsAfterFinished?: number;
    schedule?: string;
    timeZone?: string;
    concurrencyPolicy?: string;
    startingDeadlineSeconds?: number;
    jobTemplate?: {
      spec: {
        backoffLimit?: number;
        activeDeadlineSeconds?: number;
        podFailurePolicy?: { rules: { action: string; onExitCodes?: { operator: string; values: number[] } }[] };
        template: PodTemplate;
      };
    };
    accessModes?: string[];
    type?: string;
    clusterIP?: string;
    ports?: { name: string; port: number; targetPort: number | string }[];
    podSelector?: Selector;
    policyTypes?: string[];
    ingress?: { from?: Peer[]; ports?: PolicyPort[] }[];
    egress?: { to?: Peer[]; ports?: PolicyPort[] }[];
    scaleTargetRef?: { kind: string; name: string };
    minReplicas?: number;
    maxReplicas?: number;
    minReplicaCount?: number;
    maxReplicaCount?: number;
    maxUnavailable?: number | string;
    minAvailable?: number | string;
    triggers?: { type: string; metadata: Labels }[];
    endpoints?: { port: string; path: string }[];
    groups?: {
      rules: { alert?: string; expr: string; labels?: Labels; annotations?: Labels }[];
    }[];
  };
}

/** A pod template, and the workload that makes pods of it. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly labels: Labels;
  readonly pod: PodSpec;
  readonly manifest: Manifest;
  /** One of our image, not a store. */
  readonly ours: boolean;
}

export const overlays: readonly string[] = readdirSync('k8s/overlays').sort();

/** Whether `kubectl` is here: it carries the only kustomize there is. */
export const canRender = ((): boolean => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** A ConfigMap that the sidecar of Grafana finds by its label. It is no setting of a pod of ours. */
export const isForSidecar = ({ kind, metadata }: Manifest): boolean =>
  kind === 'ConfigMap' && metadata.labels?.['grafana_dashboard'] === '1';

/** What `kubectl apply -k` would send. */
export const render = (folder: string): Manifest[] =>
  parseAllDocuments(execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' })).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS() as Manifest;
  });

const isOurs = ({ containers }: PodSpec): boolean => containers.some(({ image }) => /(^|\/)broadsheet(:|@|$)/.test(image));

export const workloadsOf = (manifests: readonly Manifest[]): readonly Workload[] =>
  manifests.flatMap((manifest) => {
    const template = manifest.spec?.template ?? manifest.spec?.jobTemplate?.spec.template;
    // A node pool of Strimzi has a template too, of another kind: its pods are made by the operator.
    if (template?.spec?.containers === undefined) return [];
    const { spec: pod, metadata } = template;
    return [{ kind: manifest.kind, name: manifest.metadata.name, labels: metadata?.labels ?? {}, pod, manifest, ours: isOurs(pod) }];
  });

/** Those that answer until they are stopped. */
export const servicesOf = (manifests: readonly Manifest[]): readonly Workload[] =>
  workloadsOf(manifests).filter(({ ours, kind }) => ours && (kind === 'Deployment' || kind === 'StatefulSet'));

/** Those that answer somebody, on a port beside that of Prometheus and the kubelet. */
export const answeringOf = (manifests: readonly Manifest[]): readonly Workload[] =>
  servicesOf(manifests).filter(({ pod }) => pod.containers.some(({ ports = [] }) => ports.some(({ name }) => name !== 'admin')));

export const selects = (selector: Selector | undefined, labels: Labels): boolean => {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
};

const units: Readonly<Record<string, number>> = { '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** `500m` is 0.5, `1Gi` is 1,073,741,824; NaN when it is no quantity. */
export const quantity = (text: string | undefined): number => {
  const { digits, unit } = /^(?<digits>\d+(\.\d+)?)(?<unit>m|k|M|G|Ki|Mi|Gi)?$/.exec(text ?? '')?.groups ?? {};
  return Number(digits) * (units[unit ?? ''] ?? NaN);
};
