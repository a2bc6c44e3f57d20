import { ConfigFailure, describeConfig, loadConfig } from '#config';
import { digestConfigSchema } from '../../../apps/digest/src/digest.config.js';
import { gatewayConfigSchema } from '../../../apps/gateway/src/gateway.config.js';
import { ingestConfigSchema } from '../../../apps/ingest/src/ingest.config.js';
import { auditorConfigSchema } from '../../../apps/ranker/src/auditor.config.js';
import { rankerConfigSchema } from '../../../apps/ranker/src/ranker.config.js';
import { retrainConfigSchema } from '../../../apps/retrain/src/retrain.config.js';
import { type Container, isForSidecar, type Manifest, workloadsOf } from '../../../scripts/deployment/manifest.js';
import { each, type Rule } from './rule.js';

const schemas = {
  gateway: gatewayConfigSchema,
  ingest: ingestConfigSchema,
  ranker: rankerConfigSchema,
  auditor: auditorConfigSchema,
  digest: digestConfigSchema,
  retrain: retrainConfigSchema,
} as const;
type Service = keyof typeof schemas;

const serviceOf = ({ env = [], args = [] }: Container): Service => {
  const service = env.find(({ name }) => name === 'SERVICE')?.value ?? 'none';
  return (service === 'ranker' && args[0] === 'compare' ? 'auditor' : service) as Service;
};
const secretName = /SECRET|PASSWORD|TOKEN|DATABASE_URL|SMTP_URL|WEBHOOK_URL/;
/** What trials, and they alone, may have in the open. */
const inTheOpen = /local-cluster-only/;

/** Which keys a secret holds; those of production are made elsewhere, by these names (docs/deploy.md). */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  'broadsheet-database': ['DATABASE_URL'],
  'broadsheet-gateway': ['READER_REF_SECRET', 'CURSOR_SECRET', 'JWT_SHARED_SECRET'],
  'broadsheet-digest': ['DIGEST_SMTP_URL', 'DIGEST_FROM', 'DIGEST_RECIPIENTS'],
};
const examples: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user@host:5432/name',
  DIGEST_SMTP_URL: 'smtp://user@host:587',
  DIGEST_FROM: 'digest@example.org',
  DIGEST_RECIPIENTS: 'readers@example.org',
};
/** A value of each secret's form, to judge the rest of the settings with. */
const exampleOf = (key: string): string => examples[key] ?? 'x'.repeat(40);

const withoutHash = (name: string): string => name.replace(/-[a-z0-9]{10}$/, '');

const settingsOf = (container: Container, manifests: readonly Manifest[]): Record<string, string> => ({
  // From the Dockerfile.
  HOST: '0.0.0.0',
  ...Object.fromEntries(
    (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => {
      if (configMapRef !== undefined)
        return Object.entries(
          manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name)?.data ?? {},
        );
      return (secretKeys[withoutHash(secretRef?.name ?? '')] ?? []).map((key): [string, string] => [key, exampleOf(key)]);
    }),
  ),
  ...Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? (valueFrom?.fieldRef === undefined ? '' : 'gateway-0')]),
  ),
});

const named = (manifests: readonly Manifest[], kind: string, name: string): boolean =>
  manifests.some((manifest) => manifest.kind === kind && manifest.metadata.name === name);

const ourContainers = (manifests: readonly Manifest[]) =>
  workloadsOf(manifests)
    .filter(({ ours }) => ours)
    .flatMap(({ name, pod }) => pod.containers.map((container) => ({ name, container })));

/** Who a pod is, what it is told, and which secrets it gets. */
export const identityRules: readonly Rule[] = [
  {
    name: 'lives in a namespace with restricted Pod Security',
    why: 'a manifest that forgets a rule is then refused by the cluster itself',
    check: (manifests) =>
      each(
        manifests.filter(({ kind }) => kind === 'Namespace'),
        ({ metadata }) => metadata.name,
        ({ metadata: { labels = {} } }) =>
          ['enforce', 'audit', 'warn'].some((mode) => labels[`pod-security.kubernetes.io/${mode}`] !== 'restricted'),
        'does not enforce, audit and warn of the restricted standard',
      ).concat(manifests.some(({ kind }) => kind === 'Namespace') ? [] : ['no namespace']),
  },
  {
    name: 'keeps everything in one namespace',
    why: 'policies and quotas are for a namespace; what lies beside it is not guarded',
    check: (manifests) =>
      each(
        manifests.filter(({ kind }) => kind !== 'Namespace'),
        ({ kind, metadata }) => `${kind} ${metadata.name}`,
        ({ metadata }) => metadata.namespace !== 'broadsheet',
        'is not in the namespace broadsheet',
      ),
  },
  {
    name: 'carries no token',
    why: 'nothing of ours asks the Kubernetes API anything, so a token in a pod could only be stolen',
    check: (manifests) => [
      ...each(
        workloadsOf(manifests),
        ({ name }) => name,
        ({ pod }) => pod.automountServiceAccountToken !== false,
        'mounts a token',
      ),
      ...each(
        manifests.filter(({ kind }) => kind === 'ServiceAccount'),
        ({ metadata }) => metadata.name,
        ({ automountServiceAccountToken }) => automountServiceAccountToken !== false,
        'gives tokens to pods that do not refuse them',
      ),
    ],
  },
  {
    name: 'has a name of its own',
    why: 'an account for each workload: what one is granted some day, the others are not',
    check: (manifests) =>
      each(
        workloadsOf(manifests).filter(({ ours }) => ours),
        ({ name }) => name,
        ({ pod, labels }) => pod.serviceAccountName !== labels['app'] || !named(manifests, 'ServiceAccount', pod.serviceAccountName ?? ''),
        'runs under the account of another, or under one that is not there',
      ),
  },
  {
    name: 'reads settings that it knows, and all that it needs',
    why: 'a misspelt name in a manifest is a default that nobody chose',
    check: (manifests) =>
      ourContainers(manifests).flatMap(({ name, container }) => {
        const service = serviceOf(container);
        if (!(service in schemas)) return [`${name}: no SERVICE of ours`];
        const known = Object.values(schemas).flatMap((schema) => describeConfig(schema).map((row) => row.name));
        const own = describeConfig(schemas[service]).map((row) => row.name);
        const settings = settingsOf(container, manifests);
        const unknown = Object.keys(settings).filter((key) => key !== 'SERVICE' && !known.includes(key));
        const foreign = (container.env ?? []).filter((entry) => entry.name !== 'SERVICE' && !own.includes(entry.name));
        try {
          loadConfig<(typeof schemas)[Service]>(schemas[service], settings);
        } catch (error) {
          if (!(error instanceof ConfigFailure)) throw error;
          return [`${name}: ${error.message}`];
        }
        return [...unknown, ...foreign.map((entry) => entry.name)].map((key) => `${name}: ${key} is not a setting of ${service}`);
      }),
  },
  {
    name: 'gets settings from generated ConfigMaps',
    why: 'a hash in the name makes a change of settings a rollout, and a rollback of the one a rollback of the other',
    check: (manifests) => [
      ...each(
        manifests.filter((manifest) => manifest.kind === 'ConfigMap' && !isForSidecar(manifest)),
        ({ metadata }) => metadata.name,
        ({ metadata }) => withoutHash(metadata.name) === metadata.name,
        'has no hash in its name',
      ),
      ...ourContainers(manifests).flatMap(({ name, container }) =>
        (container.envFrom ?? [])
          .filter(({ configMapRef }) => configMapRef !== undefined && !named(manifests, 'ConfigMap', configMapRef.name))
          .map(({ configMapRef }) => `${name}: there is no ConfigMap ${configMapRef?.name}`),
      ),
    ],
  },
  {
    name: 'gets secrets by reference',
    why: 'what stands in a manifest stands in version control for ever',
    check: (manifests, overlay) => [
      ...workloadsOf(manifests).flatMap(({ name, pod }) =>
        pod.containers.flatMap(({ env = [] }) =>
          each(
            env,
            (entry) => `${name} ${entry.name}`,
            (entry) => secretName.test(entry.name) && entry.value !== undefined,
            'a secret as a value',
          ),
        ),
      ),
      ...manifests
        .filter(({ kind }) => kind === 'ConfigMap')
        .flatMap(({ metadata, data = {} }) =>
          Object.keys(data)
            .filter((key) => secretName.test(key))
            .map((key) => `${metadata.name}: ${key} is a secret`),
        ),
      ...manifests
        .filter(({ kind }) => kind === 'Secret')
        .flatMap(({ metadata, data = {} }) =>
          Object.entries(data)
            .filter(([, value]) => overlay === 'prod' || !inTheOpen.test(Buffer.from(value, 'base64').toString()))
            .map(([key]) => `${metadata.name}: ${key} is in version control`),
        ),
    ],
  },
  {
    name: 'gets no secret of another',
    why: 'a ranker has no use for the key that signs cursors; an ingest that is broken into can not sign tokens',
    check: (manifests) =>
      ourContainers(manifests).flatMap(({ name, container }) =>
        (container.envFrom ?? []).flatMap(({ secretRef }) => {
          if (secretRef === undefined) return [];
          const secret = withoutHash(secretRef.name);
          const keys = secretKeys[secret];
          if (keys === undefined) return [`${name}: nobody knows the secret ${secret}`];
          const own = describeConfig(schemas[serviceOf(container)]).map((row) => row.name);
          return keys.filter((key) => !own.includes(key)).map((key) => `${name}: ${key} is not its business`);
        }),
      ),
  },
];
