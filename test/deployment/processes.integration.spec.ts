import { execFileSync } from 'node:child_process';
import { canRender } from '../../scripts/deployment/manifest.js';
import type { Confinement, PodEnd, PodProcess } from '../../scripts/deployment/pod-process.js';
import { bringUp, smokeTest } from '../../scripts/deployment/smoke-test.js';
import { TrialCluster } from '../../scripts/deployment/trial-cluster.js';
import { compareEdges, declaredEdges, type EdgeVerdict, usedEdges, watchStores } from '../../scripts/deployment/used-edges.js';

/**
 * The promises of the manifests, of the processes themselves: every pod of the namespace runs as its manifest says and is looked at by the kernel's own
 * account and by strace.
 */

const START_LIMIT_MS = 240_000;
/** Of docs/figures.md and test/deployment/rules: what the grace of a pod is made for. */
const SLOWEST_STOP_S = 10.7;

const has = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const reason = ((): string | null => {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root, to become another user';
  if (!canRender) return 'it needs kubectl, for kustomize';
  if (!process.env['TEST_KAFKA_BROKERS']) return 'it needs a local Kafka';
  if (!has('strace', '--version') || !has('setpriv', '--version')) return 'it needs strace and setpriv';
  return has('unshare', '--mount', '--pid', '--fork', 'true') ? null : 'this machine forbids namespaces';
})();
if (reason !== null) process.stderr.write(`\nPODS ARE NOT RUN AS PROCESSES: ${reason}\n`);

(reason === null ? describe : describe.skip)('every pod of the namespace, run as its manifest says', () => {
  let cluster: TrialCluster;
  let services: readonly PodProcess[];
  let done: readonly string[];
  let ends: ReadonlyMap<string, PodEnd>;
  let verdict: EdgeVerdict;
  const confinements = new Map<string, Confinement>();
  const listening = new Map<string, readonly number[]>();

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'ignore' });
    cluster = await TrialCluster.start({ say: () => undefined });
    const stores = watchStores(cluster);
    await bringUp(cluster);
    services = cluster.pods.filter(({ plan }) => plan.stays);
    for (const pod of services) {
      confinements.set(pod.plan.name, await pod.confinement());
      listening.set(pod.plan.name, await pod.listening());
    }
    done = await smokeTest(cluster);
    const storeCalls = stores.stop();
    ends = await cluster.stop();
    verdict = compareEdges(declaredEdges(cluster.manifests), usedEdges(cluster, storeCalls));
  }, START_LIMIT_MS);
  afterAll(() => cluster?.close(), 60_000);

  it('starts, and passes the smoke test', () => {
    expect(done).toContain('a vote seen at the other gateway');
    expect([...ends.keys()].sort()).toEqual(['auditor-0', 'gateway-0', 'gateway-1', 'ingest-0', 'ingest-1', 'ranker-0', 'ranker-1']);
  });

  it('is user and group 10001, has no other group, no capability, and no way to gain one', () => {
    expect(confinements.size).toBe(7);
    for (const [name, { uids, gids, groups, noNewPrivileges, capabilities }] of confinements) {
      const all = [10001, 10001, 10001, 10001];
      expect({ name, uids, gids, groups, noNewPrivileges, capabilities }).toEqual({
        name,
        uids: all,
        gids: all,
        groups: [],
        noNewPrivileges: true,
        capabilities: 0n,
      });
    }
  });

  it('sees no disk that it could write to, and tries to write to none', () => {
    for (const [name, { writableMounts }] of confinements) expect({ name, writableMounts }).toEqual({ name, writableMounts: [] });
    expect(cluster.pods.flatMap((pod) => pod.trace().writes.map((write) => `${pod.plan.name}: ${write}`))).toEqual([]);
  });

  it('starts no other program', () => {
    expect(cluster.pods.flatMap((pod) => pod.trace().programs)).toEqual([]);
  });

  it('listens where its manifest says, and nowhere else', () => {
    const declared = services.map(({ plan }) => [plan.name, [...plan.ports].sort((a, b) => a - b)]);
    expect([...listening]).toEqual(declared);
  });

  it('calls whom a policy lets it call, and every policy is needed', () => {
    expect(verdict.undeclared).toEqual([]);
    expect(verdict.unused).toEqual([]);
    expect(verdict.used.length).toBeGreaterThan(20);
  });

  it('asks for no name that is not of the namespace', () => {
    expect([...cluster.names.unknown]).toEqual([]);
  });

  it('is gone with code 0, sooner than the slowest stop that its grace is made for', () => {
    for (const [name, { code, seconds }] of ends)
      expect({ name, code, late: seconds > SLOWEST_STOP_S }).toEqual({ name, code: 0, late: false });
  });
});
