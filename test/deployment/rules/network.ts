import { edgeText, egressEdges, ingressEdges, insiders } from '../../../scripts/deployment/edges.js';
import { type Manifest, selects, type Workload, workloadsOf } from '../../../scripts/deployment/manifest.js';
import { each, type Rule } from './rule.js';

const policiesOf = (manifests: readonly Manifest[]): readonly Manifest[] => manifests.filter(({ kind }) => kind === 'NetworkPolicy');
const servicesIn = (manifests: readonly Manifest[]): readonly Manifest[] => manifests.filter(({ kind }) => kind === 'Service');
const portsOf = ({ pod }: Workload): readonly (string | number)[] =>
  pod.containers.flatMap(({ ports = [] }) => ports.flatMap(({ name, containerPort }) => [name, containerPort]));

/** Who may call whom, and by which name. */
export const networkRules: readonly Rule[] = [
  {
    name: 'denies what is not declared, both ways',
    why: 'without this policy all the others only add to "everything"',
    check: (manifests) =>
      policiesOf(manifests).some(
        ({ spec }) =>
          Object.keys(spec?.podSelector ?? { none: 1 }).length === 0 &&
          ['Ingress', 'Egress'].every((type) => spec?.policyTypes?.includes(type)) &&
          spec?.ingress === undefined &&
          spec?.egress === undefined,
      )
        ? []
        : ['no policy denies everything'],
  },
  {
    name: 'declares each edge at both of its ends',
    why: 'one end alone lets nothing through, and the other end looks as if it did',
    check: (manifests) => {
      const [out, into, inside] = [egressEdges(manifests), ingressEdges(manifests), insiders(manifests)];
      const within = (edges: typeof out): readonly string[] =>
        edges.filter(({ from, to }) => inside.has(from) && inside.has(to) && from !== to).map(edgeText);
      const [leaving, arriving] = [within(out), within(into)];
      return [
        ...leaving.filter((edge) => !arriving.includes(edge)).map((edge) => `${edge} is not let in`),
        ...arriving.filter((edge) => !leaving.includes(edge)).map((edge) => `${edge} is not let out`),
      ];
    },
  },
  {
    name: 'names the port of every edge, and who is at its other end',
    why: 'only the front door is for everybody',
    check: (manifests) =>
      [...egressEdges(manifests), ...ingressEdges(manifests)]
        .filter(
          ({ from, to, port }) => port === 'any' || to === 'anywhere' || (from === 'anywhere' && !(to === 'gateway' && port === 8080)),
        )
        .map((edge) => `${edgeText(edge)} is open`),
  },
  {
    name: 'lets each pod find names, and no others',
    why: 'without names nothing is found; DNS is also a way to carry data out',
    check: (manifests) => {
      const may = new Set(
        egressEdges(manifests)
          .filter(({ to }) => to === 'names')
          .map(({ from }) => from),
      );
      return each(
        workloadsOf(manifests),
        ({ name }) => name,
        ({ ours, labels }) => ours !== may.has(labels['app'] ?? ''),
        'may ask for names without need, or may not and has to',
      );
    },
  },
  {
    name: 'lets nobody but connectors and token checks onto the internet',
    why: 'a process that needs no way out has none',
    check: (manifests) =>
      egressEdges(manifests)
        .filter(({ from, to, port }) => to === 'internet' && (!['connector', 'gateway'].includes(from) || port !== 443))
        .map(edgeText),
  },
  {
    name: 'lets services reach a collector of traces where they send to it, and only there',
    why: 'the switch and the way out stand in two places: one without the other loses every trace, or opens a way that nobody uses',
    check: (manifests) => {
      const settings = manifests.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('broadsheet-settings'));
      const on = settings.some(({ data }) => data?.['TRACES_EXPORTER'] === 'otlp');
      const endpoint = settings.map(({ data }) => data?.['OTEL_EXPORTER_OTLP_ENDPOINT']).find((url) => url !== undefined);
      const port = Number(endpoint === undefined ? 4318 : new URL(endpoint).port);
      const found = egressEdges(manifests).filter((edge) => edge.port === port);
      const from = [...new Set(found.map((edge) => edge.from))].sort();
      const needed = on ? ['gateway', 'ingest', 'ranker'] : [];
      return [
        ...(on && endpoint === undefined ? ['traces are on, and nobody says where they go'] : []),
        ...needed.filter((app) => !from.includes(app)).map((app) => `${app} can not reach the collector on ${port}`),
        ...from.filter((app) => !needed.includes(app)).map((app) => `${app} may reach a collector that it has nothing for`),
      ];
    },
  },
  {
    name: 'keeps the internet apart from the cluster',
    why: 'a source that answers with a redirect must not make a connector read the metadata of the cloud',
    check: (manifests) =>
      policiesOf(manifests).flatMap(({ metadata, spec }) =>
        (spec?.egress ?? []).flatMap(({ to = [] }) =>
          to.flatMap(({ ipBlock }) =>
            ipBlock?.cidr === '0.0.0.0/0' &&
            !['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'].every((net) => ipBlock.except?.includes(net))
              ? [`${metadata.name} lets private networks through`]
              : [],
          ),
        ),
      ),
  },
  {
    name: 'aims at pods and ports that are there',
    why: 'a selector with a typing mistake selects nothing, without a word',
    check: (manifests) => [
      ...policiesOf(manifests)
        .filter(
          ({ spec }) => Object.keys(spec?.podSelector ?? {}).length > 0 && !('strimzi.io/kind' in (spec?.podSelector?.matchLabels ?? {})),
        )
        .flatMap(({ metadata, spec }) => {
          const chosen = workloadsOf(manifests).filter(({ labels }) => selects(spec?.podSelector, labels));
          if (chosen.length === 0) return [`policy ${metadata.name} selects nothing`];
          const open = (spec?.ingress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port));
          return open
            .filter((port) => port !== undefined && !chosen.every((workload) => portsOf(workload).includes(port)))
            .map((port) => `policy ${metadata.name}: nobody listens on ${port}`);
        }),
      ...servicesIn(manifests).flatMap(({ metadata, spec }) => {
        const chosen = workloadsOf(manifests).filter(({ labels }) => selects({ matchLabels: spec?.selector ?? {} }, labels));
        if (chosen.length === 0) return [`service ${metadata.name} selects nothing`];
        return (spec?.ports ?? [])
          .filter(({ targetPort }) => !chosen.every((workload) => portsOf(workload).includes(targetPort)))
          .map(({ targetPort }) => `service ${metadata.name}: nobody listens on ${targetPort}`);
      }),
      ...workloadsOf(manifests).flatMap(({ name, pod }) =>
        pod.containers.flatMap(({ ports = [], startupProbe, livenessProbe, readinessProbe }) =>
          [startupProbe, livenessProbe, readinessProbe]
            .map((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port)
            .filter((port) => port !== undefined && !ports.some((open) => open.name === port || open.containerPort === port))
            .map((port) => `${name}: probes ${port}, which is not declared`),
        ),
      ),
    ],
  },
  {
    name: 'calls peers by names and ports that are there',
    why: 'an address in a setting is an edge too',
    check: (manifests) => {
      const settings = [
        ...workloadsOf(manifests).flatMap(({ name, pod }) =>
          pod.containers.flatMap(({ env = [] }) => env.map(({ value }) => ({ name, value }))),
        ),
        ...manifests
          .filter(({ kind }) => kind === 'ConfigMap')
          .flatMap(({ metadata, data = {} }) => Object.values(data).map((value) => ({ name: metadata.name, value }))),
      ];
      const brokers = manifests.filter(({ kind }) => kind === 'Kafka').map(({ metadata }) => `${metadata.name}-kafka-bootstrap:9092`);
      const known = [
        ...brokers,
        ...servicesIn(manifests).flatMap(({ metadata, spec }) => (spec?.ports ?? []).map(({ port }) => `${metadata.name}:${port}`)),
      ];
      return settings.flatMap(({ name, value }) =>
        [...(value ?? '').matchAll(/(?<![\w.])([a-z][a-z-]*:\d{2,5})(?!\d)/g)]
          .map(([, address]) => address ?? '')
          .filter((address) => !known.includes(address))
          .map((address) => `${name}: nobody is at ${address}`),
      );
    },
  },
  {
    name: 'opens no door beside the front',
    why: 'nodes and load balancers of a cloud open a Service to the world; admin ports tell too much',
    check: (manifests) =>
      servicesIn(manifests).flatMap(({ metadata, spec }) => [
        ...(spec?.type === undefined || spec.type === 'ClusterIP' ? [] : [`${metadata.name} is of type ${spec.type}`]),
        ...(metadata.name !== 'metrics' && (spec?.ports ?? []).some(({ targetPort }) => targetPort === 'admin' || targetPort === 9000)
          ? [`${metadata.name} shows an admin port`]
          : []),
      ]),
  },
  {
    name: 'lets callers that balance by themselves see every replica',
    why: 'behind one address a connection that stays open would reach one replica for ever',
    check: (manifests) =>
      each(
        servicesIn(manifests).filter(({ metadata }) => ['ingest', 'ranker'].includes(metadata.name)),
        ({ metadata }) => metadata.name,
        ({ spec }) => spec?.clusterIP !== 'None' || !(spec as { publishNotReadyAddresses?: boolean }).publishNotReadyAddresses,
        'hides replicas from the gateway',
      ),
  },
];
