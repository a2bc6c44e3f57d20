import { smokeTest, bringUp } from './deployment/smoke-test.js';
import { TrialCluster } from './deployment/trial-cluster.js';
import { compareEdges, declaredEdges, usedEdges, watchStores } from './deployment/used-edges.js';

/**
 *   npm run network-edges
 *
 * Runs the whole namespace of k8s/ as confined processes of this machine, traces every connection that they make, and compares with the edges that the
 * NetworkPolicies declare. Needs root, Linux, strace, kubectl and a local Kafka (Java 17, Maven once). Exit code 1 when an edge is undeclared or unused.
 */

const began = performance.now();
const say = (line: string): void => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const cluster = await TrialCluster.start({ say });
try {
  const stores = watchStores(cluster);
  await bringUp(cluster);
  say(`${cluster.pods.length} pods`);
  for (const done of await smokeTest(cluster)) say(done);
  const storeCalls = stores.stop();
  for (const [name, { code, seconds }] of await cluster.stop()) say(`${name} stopped with ${code} after ${seconds.toFixed(1)} s`);

  const { declared, used, undeclared, unused } = compareEdges(declaredEdges(cluster.manifests), usedEdges(cluster, storeCalls));
  for (const edge of declared) console.log(`  ${used.includes(edge) ? 'used    ' : 'UNUSED  '} ${edge}`);
  for (const edge of undeclared) console.log(`  UNDECLARED ${edge}`);
  console.log(`${declared.length} edges declared, ${used.length} used: ${undeclared.length} undeclared, ${unused.length} unused`);
  const { unknown } = cluster.names;
  for (const name of unknown) console.log(`  UNKNOWN NAME ${name}`);
  console.log(`${unknown.size} names were asked for that are nobody's`);
  const writes = cluster.pods.flatMap((pod) => pod.trace().writes.map((write) => `${pod.plan.name}: ${write}`));
  for (const write of writes) console.log(`  WRITE ${write}`);
  console.log(`${cluster.pods.length} processes: ${writes.length} writes to a file system were tried`);
  process.exitCode = undeclared.length + unused.length + unknown.size + writes.length > 0 ? 1 : 0;
} finally {
  await cluster.close();
}
