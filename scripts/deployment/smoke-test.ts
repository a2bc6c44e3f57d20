import { setTimeout as sleep } from 'node:timers/promises';
import type { PodProcess } from './pod-process.js';
import type { TrialCluster } from './trial-cluster.js';

const SERVED_PORT = 8080;
const ADMIN_PORT = 9000;
const PAPERS = 47;

interface Feed {
  readonly items: readonly { readonly paper: { readonly id: string }; readonly upvotes: number }[];
}

const asked = async <T>(url: string, init: RequestInit = {}): Promise<T> => {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
};

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within 30 s: ${what}`);
    await sleep(100);
  }
};

const succeeded = async (pods: readonly PodProcess[]): Promise<void> => {
  for (const pod of pods) {
    const { code } = await pod.ended;
    if (code !== 0) throw new Error(`${pod.plan.name} ended with ${code}: ${pod.said()}`);
  }
};

/**
 * Runs the namespace from nothing: tables and topics, services, papers, sources, readers and Prometheus. Every edge of the policies is used by
 * somebody on the way.
 * @throws when any answer is not what it should be
 */
export const bringUp = async (cluster: TrialCluster): Promise<void> => {
  await succeeded(cluster.run('migrate'));
  const pods = [...cluster.run('ingest'), ...cluster.run('ranker'), ...cluster.run('gateway')];
  await Promise.all(pods.map((pod) => pod.answers('/startupz', 120_000)));
  await Promise.all(pods.map((pod) => pod.answers('/readyz', 30_000)));
  await Promise.all(pods.map((pod) => pod.answers('/livez', 5_000)));
  // It compares at once, and then every minute: not before there is somebody to compare.
  await Promise.all(cluster.run('auditor').map((pod) => pod.answers('/startupz', 30_000)));
};

/** Papers, a vote, a hide, sources that have nothing, and metrics. Answers what was done. */
export const smokeTest = async (cluster: TrialCluster): Promise<readonly string[]> => {
  await succeeded(cluster.run('ingest', ['load', '--connector', 'jsonl', '--path', 'data/seed-page/papers.jsonl']));
  const [first, second] = cluster.pods.filter(({ plan }) => plan.app === 'gateway');
  if (first === undefined || second === undefined) throw new Error('two gateways are needed');
  const trending = (pod: PodProcess): Promise<Feed> => asked(pod.url('/v1/feeds/trending?period=all&limit=100', SERVED_PORT));
  await until(`${PAPERS} papers in trending`, async () => (await trending(first)).items.length === PAPERS);

  const authorization = `Bearer ${await cluster.outside.tokenOf('a-reader')}`;
  const [voted, hidden] = (await trending(first)).items.slice(-2);
  if (voted === undefined || hidden === undefined) throw new Error('no papers');
  const put = (action: string, id: string, pod: PodProcess): Promise<unknown> =>
    asked(pod.url(`/v1/papers/${encodeURIComponent(id)}/${action}`, SERVED_PORT), { method: 'PUT', headers: { authorization } });
  await put('upvote', voted.paper.id, first);
  await until('the vote, at the other gateway', async () => {
    const found = (await trending(second)).items.find(({ paper }) => paper.id === voted.paper.id);
    return found?.upvotes === voted.upvotes + 1;
  });
  await put('hide', hidden.paper.id, second);
  const forYou = await asked<Feed>(second.url('/v1/feeds/for-you?limit=40', SERVED_PORT), { headers: { authorization } });
  if (forYou.items.length === 0 || forYou.items.some(({ paper }) => paper.id === hidden.paper.id))
    throw new Error('a hidden paper was shown');

  await succeeded(['connector-hub', 'connector-arxiv'].flatMap((name) => cluster.run(name)));
  const services = cluster.pods.filter(({ plan }) => plan.ports.includes(ADMIN_PORT) && plan.stays);
  for (const pod of services) {
    const metrics = await (await fetch(pod.url('/metrics', ADMIN_PORT))).text();
    if (!metrics.includes('process_cpu_seconds_total')) throw new Error(`${pod.plan.name} has no metrics`);
  }
  const [auditor] = cluster.pods.filter(({ plan }) => plan.app === 'auditor');
  if (auditor === undefined) throw new Error('an auditor is needed');
  await until('rankers that were compared', async () => {
    const metrics = await (await fetch(auditor.url('/metrics', ADMIN_PORT))).text();
    if (/outcome="different"[^}]*} [1-9]/.test(metrics)) throw new Error('two rankers differ');
    return /outcome="equal"[^}]*} [1-9]/.test(metrics);
  });
  return [
    `${PAPERS} papers`,
    'a vote seen at the other gateway',
    'a hidden paper gone',
    'two sources read',
    'rankers equal',
    `${services.length} processes scraped`,
  ];
};
