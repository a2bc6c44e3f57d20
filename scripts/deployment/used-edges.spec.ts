import { egressEdges, ingressEdges } from './edges.js';
import type { Manifest } from './manifest.js';
import { compareEdges, declaredEdges } from './used-edges.js';

const workload = (name: string): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: name }] } } },
});
const policy = (name: string, spec: Manifest['spec']): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: { podSelector: { matchLabels: { app: name } }, ...spec },
});

const manifests = [
  workload('front'),
  workload('store'),
  policy('front', {
    ingress: [{ ports: [{ port: 80 }] }],
    egress: [
      { to: [{ podSelector: { matchLabels: { app: 'store' } } }], ports: [{ port: 5432 }] },
      { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }], ports: [{ port: 443 }] },
    ],
  }),
  policy('store', {
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { app: 'front' } } }, { namespaceSelector: { matchLabels: { name: 'backup' } } }],
        ports: [{ port: 5432 }],
      },
    ],
  }),
];

describe('edges of policies', () => {
  it('are calls out, each with who, whom and where', () => {
    expect(egressEdges(manifests)).toEqual([
      { from: 'front', to: 'store', port: 5432, protocol: 'TCP' },
      { from: 'front', to: 'internet', port: 443, protocol: 'TCP' },
    ]);
  });

  it('are calls in, from anywhere where nobody is named', () => {
    expect(ingressEdges(manifests)).toEqual([
      { from: 'anywhere', to: 'front', port: 80, protocol: 'TCP' },
      { from: 'front', to: 'store', port: 5432, protocol: 'TCP' },
      { from: 'backup', to: 'store', port: 5432, protocol: 'TCP' },
    ]);
  });

  it('count once when both ends declare them', () => {
    expect(declaredEdges(manifests)).toEqual([
      'anywhere -> front:80',
      'backup -> store:5432',
      'front -> internet:443',
      'front -> store:5432',
    ]);
  });
});

describe('compareEdges', () => {
  it('finds what was done without leave, and leave that nobody needs', () => {
    expect(compareEdges(['a -> b:1', 'a -> c:2'], ['a -> b:1', 'b -> a:3'])).toMatchObject({
      undeclared: ['b -> a:3'],
      unused: ['a -> c:2'],
    });
  });
});
