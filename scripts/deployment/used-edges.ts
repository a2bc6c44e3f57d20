import { type Edge, edgeText, egressEdges, ingressEdges } from './edges.js';
import type { Manifest } from './manifest.js';
import type { TrialCluster } from './trial-cluster.js';
import { calledPorts } from './trial-stores.js';

export interface EdgeVerdict {
  readonly declared: readonly string[];
  readonly used: readonly string[];
  readonly undeclared: readonly string[];
  readonly unused: readonly string[];
}

/** Callers from outside of the namespace: who they are in a trial is this program. */
const visitors: readonly { readonly edge: (app: string) => string; readonly port: number }[] = [
  { edge: (app) => `anywhere -> ${app}:8080`, port: 8080 },
  { edge: (app) => `monitoring/prometheus -> ${app}:9000`, port: 9000 },
];

/** UDP and TCP are two ports of one service: an answer too long for the one is asked again over the other, which a small cluster never does. */
const nameEdges = (edges: readonly Edge[]): readonly Edge[] => edges.filter(({ to, protocol }) => !(to === 'names' && protocol === 'TCP'));

/** What the policies let happen: calls out, and calls in from outside of the namespace. Calls inside stand at both ends, and count once. */
export const declaredEdges = (manifests: readonly Manifest[]): readonly string[] => {
  const out = nameEdges(egressEdges(manifests)).map((edge) => edgeText({ ...edge, protocol: 'TCP' }));
  const into = ingressEdges(manifests).map(edgeText);
  return [...new Set([...out, ...into])].sort();
};

/** What the pods did, by their traces; call it when they have ended. `visited` are the ports that this program called. */
export const usedEdges = (cluster: TrialCluster, storeCalls: ReadonlySet<string>): readonly string[] => {
  const calls = cluster.pods.flatMap((pod) =>
    pod
      .trace()
      .connections.map(({ address, port }) => edgeText({ from: pod.plan.app, to: cluster.roleOf(address), port, protocol: 'TCP' })),
  );
  const visits = cluster.pods
    .filter(({ plan }) => plan.stays)
    .flatMap(({ plan }) => visitors.filter(({ port }) => plan.ports.includes(port)).map(({ edge }) => edge(plan.app)));
  return [...new Set([...calls, ...visits, ...storeCalls])].sort();
};

/** Looks at the sockets of both stores again and again: they are too busy to be traced. A call that lives shorter than a look is missed. */
export const watchStores = (cluster: TrialCluster): { stop(): ReadonlySet<string> } => {
  const seen = new Set<string>();
  const look = (): void => {
    for (const [store, pid] of Object.entries(cluster.stores.pids)) {
      for (const port of calledPorts(pid)) seen.add(`${store} -> port ${port}`);
    }
  };
  const timer = setInterval(look, 100);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return seen;
    },
  };
};

export const compareEdges = (declared: readonly string[], used: readonly string[]): EdgeVerdict => ({
  declared,
  used,
  undeclared: used.filter((edge) => !declared.includes(edge)),
  unused: declared.filter((edge) => !used.includes(edge)),
});
