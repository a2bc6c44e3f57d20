import { type Labels, type Manifest, type Peer, type PolicyPort, type Selector, selects, type Workload, workloadsOf } from './manifest.js';

/** One connection that policies let through at its calling end: from a workload, to a workload or to something outside, on a port. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly port: number | string;
  readonly protocol: string;
}

export const edgeText = ({ from, to, port, protocol }: Edge): string =>
  `${from} -> ${to}:${port}${protocol === 'TCP' ? '' : `/${protocol.toLowerCase()}`}`;

/** What a set of pods is called: their `app`, which many workloads may share. */
const appOf = ({ labels, name }: Pick<Workload, 'labels' | 'name'>): string => labels['app'] ?? name;

const policiesOf = (manifests: readonly Manifest[]): readonly Manifest[] => manifests.filter(({ kind }) => kind === 'NetworkPolicy');

interface Side {
  readonly app: string;
  readonly labels: Labels;
}

const sidesOf = (manifests: readonly Manifest[]): readonly Side[] => {
  const found = new Map(workloadsOf(manifests).map((workload) => [appOf(workload), { app: appOf(workload), labels: workload.labels }]));
  // The operator makes these pods, and gives them these labels.
  for (const { kind, metadata } of manifests) {
    if (kind === 'Kafka') found.set('kafka', { app: 'kafka', labels: { 'strimzi.io/cluster': metadata.name, 'strimzi.io/kind': 'Kafka' } });
  }
  return [...found.values()];
};

const anywhere = 'anywhere';

/** Who a peer is: workloads of ours, or a name for what is outside. */
const namesOf = (peer: Peer, sides: readonly Side[]): readonly string[] => {
  if (peer.ipBlock !== undefined) return [/^(0\.0\.0\.0|::)\/0$/.test(peer.ipBlock.cidr) ? 'internet' : peer.ipBlock.cidr];
  const named = { ...peer.namespaceSelector?.matchLabels, ...peer.podSelector?.matchLabels };
  if (peer.namespaceSelector !== undefined) return [named['k8s-app'] === 'kube-dns' ? 'names' : Object.values(named).join('/')];
  return sides.filter(({ labels }) => selects(peer.podSelector, labels)).map(({ app }) => app);
};

const portsOf = (ports: readonly PolicyPort[] | undefined): readonly { port: number | string; protocol: string }[] =>
  ports === undefined ? [{ port: 'any', protocol: 'any' }] : ports.map(({ port = 'any', protocol = 'TCP' }) => ({ port, protocol }));

const chosen = (selector: Selector | undefined, sides: readonly Side[]): readonly string[] =>
  sides.filter(({ labels }) => selects(selector, labels)).map(({ app }) => app);

const unique = (edges: readonly Edge[]): readonly Edge[] => [...new Map(edges.map((edge) => [edgeText(edge), edge])).values()];

/** What the policies let out. */
export const egressEdges = (manifests: readonly Manifest[]): readonly Edge[] => {
  const sides = sidesOf(manifests);
  return unique(
    policiesOf(manifests).flatMap(({ spec }) =>
      (spec?.egress ?? []).flatMap(({ to, ports }) =>
        chosen(spec?.podSelector, sides).flatMap((from) =>
          (to ?? [{}])
            .flatMap((peer) => (to === undefined ? [anywhere] : namesOf(peer, sides)))
            .flatMap((name) => portsOf(ports).map((port) => ({ from, to: name, ...port }))),
        ),
      ),
    ),
  );
};

/** What the policies let in. */
export const ingressEdges = (manifests: readonly Manifest[]): readonly Edge[] => {
  const sides = sidesOf(manifests);
  const byOperator = manifests
    .filter(({ kind }) => kind === 'Kafka')
    .flatMap(({ spec }) => {
      const { kafka } = spec as unknown as { kafka: { listeners: { port: number; networkPolicyPeers?: Peer[] }[] } };
      return kafka.listeners.flatMap(({ port, networkPolicyPeers = [] }) =>
        networkPolicyPeers.flatMap((peer) => namesOf(peer, sides).map((from) => ({ from, to: 'kafka', port, protocol: 'TCP' }))),
      );
    });
  return unique([
    ...byOperator,
    ...policiesOf(manifests).flatMap(({ spec }) =>
      (spec?.ingress ?? []).flatMap(({ from, ports }) =>
        chosen(spec?.podSelector, sides).flatMap((to) =>
          (from ?? [{}])
            .flatMap((peer) => (from === undefined ? [anywhere] : namesOf(peer, sides)))
            .flatMap((name) => portsOf(ports).map((port) => ({ from: name, to, ...port }))),
        ),
      ),
    ),
  ]);
};

/** Apps of the namespace: an edge between two of them needs both ends. */
export const insiders = (manifests: readonly Manifest[]): ReadonlySet<string> => new Set(sidesOf(manifests).map(({ app }) => app));
