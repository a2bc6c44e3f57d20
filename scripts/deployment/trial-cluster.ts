import { mkdirSync, mkdtempSync, chmodSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { repositoryRoot } from '../start/repository.js';
import { ClusterNames } from './cluster-names.js';
import { type Manifest, render, type Workload, workloadsOf } from './manifest.js';
import { OutsideWorld } from './outside-world.js';
import { planPod } from './pod-plan.js';
import { type PodEnd, PodProcess } from './pod-process.js';
import { startTrialStores, type TrialStores } from './trial-stores.js';

/** Addresses of the loopback network, one a pod, so that every process has the ports of its manifest; others than those of another run of this program. */
const NETWORK = `127.${20 + ((process.pid >> 8) % 200)}.${process.pid % 256}`;
const fixed = { names: `${NETWORK}.53`, kafka: `${NETWORK}.10`, postgres: `${NETWORK}.11`, internet: `${NETWORK}.90` } as const;
const firstPod = 100;

const ISSUER = 'https://login.example.org';
const AUDIENCE = 'broadsheet';

/** All that a namespace can hold at once: the trial overlay and every component that goes with it. */
const everything = (databaseUrl: string): string => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: broadsheet
resources: [ROOT/k8s/base]
components:
  - ROOT/k8s/components/kafka
  - ROOT/k8s/components/postgres
  - ROOT/k8s/components/connectors
  - ROOT/k8s/components/monitoring
  - ROOT/k8s/components/identity-provider
secretGenerator:
  - name: broadsheet-database
    literals: ['DATABASE_URL=${databaseUrl}']
  - name: broadsheet-gateway
    literals:
      - READER_REF_SECRET=trial-of-one-machine-readers-not-a-secret
      - CURSOR_SECRET=trial-of-one-machine-cursors-not-a-secret
  - name: postgres-password
    literals: [POSTGRES_PASSWORD=not-used]
`;

/** Kustomize wants paths that are relative to the file. */
export const renderEverything = (folder: string, databaseUrl: string): readonly Manifest[] => {
  const overlay = join(folder, 'overlay');
  mkdirSync(overlay, { recursive: true });
  writeFileSync(join(overlay, 'kustomization.yaml'), everything(databaseUrl).replaceAll('ROOT', relative(overlay, repositoryRoot)));
  return render(overlay);
};

export interface TrialOptions {
  readonly say: (line: string) => void;
}

/**
 * The namespace as processes of this machine: real stores behind the ports of the manifests, a name server, something that stands in for the
 * internet, and every pod confined and set as its manifest says. What is not as in a cluster: pods share one network (each has an address of its own
 * in it), and the seccomp profile is strace's instead of the runtime's.
 */
export class TrialCluster {
  readonly pods: PodProcess[] = [];
  private lastAddress = firstPod;

  private constructor(
    readonly folder: string,
    readonly manifests: readonly Manifest[],
    readonly stores: TrialStores,
    readonly outside: OutsideWorld,
    readonly names: ClusterNames,
  ) {}

  static async start({ say }: TrialOptions): Promise<TrialCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-trial-'));
    chmodSync(folder, 0o755); // stores and pods run as other users
    const names = await ClusterNames.start(fixed.names);
    const outside = await OutsideWorld.start(fixed.internet, 443, ISSUER, AUDIENCE);
    const stores = await startTrialStores(folder, fixed, say);
    const cluster = new TrialCluster(folder, renderEverything(folder, stores.databaseUrl), stores, outside, names);
    for (const store of ['kafka', 'postgres'] as const) names.set(store, [fixed[store]]);
    for (const host of ['login.example.org', 'hub.example.org', 'arxiv.example.org']) names.set(host, [fixed.internet]);
    return cluster;
  }

  /** Starts every replica of a workload at once; headless services list them from then on. */
  run(name: string, extra?: readonly string[]): readonly PodProcess[] {
    const workload = this.workload(name);
    const replicas = extra === undefined ? (workload.manifest.spec?.replicas ?? 1) : 1;
    const started = Array.from({ length: replicas }, (_, replica) => this.start(workload, replica, extra));
    if (extra === undefined) {
      const app = workload.labels['app'] ?? name;
      this.names.set(
        app,
        this.pods.filter(({ plan }) => plan.app === app).map(({ surroundings }) => surroundings.address),
      );
    }
    return started;
  }

  /** Which pod or store an address is: its `app`, or what it stands for. */
  roleOf(address: string): string {
    const pod = this.pods.find(({ surroundings }) => surroundings.address === address);
    return pod?.plan.app ?? Object.entries(fixed).find(([, own]) => own === address)?.[0] ?? address;
  }

  /** Gateways, the auditor, then rankers, then ingests, as one would; the last were started first. Answers how each ended. */
  async stop(): Promise<ReadonlyMap<string, PodEnd>> {
    const ends = new Map<string, PodEnd>();
    for (const app of ['gateway', 'auditor', 'ranker', 'ingest']) {
      const group = this.pods.filter(({ plan }) => plan.app === app && plan.stays);
      await Promise.all(group.map(async (pod) => ends.set(pod.plan.name, await pod.stop())));
    }
    return ends;
  }

  async close(): Promise<void> {
    for (const pod of this.pods) pod.kill();
    await Promise.all(this.pods.map(({ ended }) => ended));
    await Promise.all([this.stores.stop(), this.outside.close(), this.names.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private workload(name: string): Workload {
    const found = workloadsOf(this.manifests).find((workload) => workload.name === name);
    if (found === undefined) throw new Error(`there is no workload ${name}`);
    return found;
  }

  private start(workload: Workload, replica: number, extra: readonly string[] | undefined): PodProcess {
    const plan = planPod(workload, replica, this.manifests, extra);
    const pod = new PodProcess(extra === undefined ? plan : { ...plan, name: `${plan.name}-${extra[0] ?? 'command'}` }, {
      address: `${NETWORK}.${this.lastAddress++}`,
      nameServer: fixed.names,
      folder: this.folder,
      // Without TLS: the port is the one of the policies, the world behind it is ours.
      settings: {
        HUB_URL: 'http://hub.example.org:443',
        ARXIV_OAI_URL: 'http://arxiv.example.org:443/oai',
        JWT_JWKS_URL: 'http://login.example.org:443/.well-known/jwks.json',
      },
    });
    this.pods.push(pod);
    return pod;
  }
}
