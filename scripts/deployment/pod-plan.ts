import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../start/repository.js';
import type { Container, Manifest, Workload } from './manifest.js';

/** One pod of a workload, with all that its manifest says of the process in it. */
export interface PodPlan {
  /** `ranker-0`, as a StatefulSet would call it. */
  readonly name: string;
  readonly app: string;
  readonly args: readonly string[];
  /** It goes on until it is stopped, as a Deployment or a StatefulSet does; a job or a command ends by itself. */
  readonly stays: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly gid: number;
  /** Where it may write, by its volume mounts. */
  readonly writable: readonly string[];
  /** Ports that its manifest declares. */
  readonly ports: readonly number[];
  /** Seconds from SIGTERM to SIGKILL: what the preStop leaves of the grace. */
  readonly graceS: number;
}

/** What the image sets by itself; what is an argument of its build is left out. */
const imageEnvironment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...readFileSync(join(repositoryRoot, 'Dockerfile'), 'utf8').matchAll(/^ENV (.+)$/gm)]
      .flatMap(([, pairs = '']) => pairs.split(' '))
      .map((pair): [string, string] => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)])
      .filter(([, value]) => !value.includes('$')),
  );

const decoded = (manifest: Manifest): Readonly<Record<string, string>> => {
  const data = manifest.data ?? {};
  if (manifest.kind !== 'Secret') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
};

const sourceOf = (kind: string, name: string, manifests: readonly Manifest[]): Readonly<Record<string, string>> => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return decoded(found);
};

/** As the kubelet puts it together: the image, sources in their order, then single variables. */
const environmentOf = ({ env = [], envFrom = [] }: Container, podName: string, manifests: readonly Manifest[]): Record<string, string> => {
  const settings: Record<string, string> = { ...imageEnvironment() };
  for (const { configMapRef, secretRef } of envFrom) {
    if (configMapRef !== undefined) Object.assign(settings, sourceOf('ConfigMap', configMapRef.name, manifests));
    if (secretRef !== undefined) Object.assign(settings, sourceOf('Secret', secretRef.name, manifests));
  }
  for (const { name, value, valueFrom } of env)
    settings[name] = valueFrom?.fieldRef?.fieldPath === 'metadata.name' ? podName : (value ?? '');
  return settings;
};

const preStopOf = ({ lifecycle }: Container): number => Number(lifecycle?.preStop?.exec?.command[1] ?? 0);

/** @param extra arguments of a command that somebody runs in this pod, in the place of its own */
export const planPod = (workload: Workload, replica: number, manifests: readonly Manifest[], extra?: readonly string[]): PodPlan => {
  const { pod, labels } = workload;
  const [container] = pod.containers;
  if (container === undefined) throw new Error(`${workload.name} has no container`);
  const kept = workload.kind === 'Deployment' || workload.kind === 'StatefulSet';
  const name = kept ? `${workload.name}-${replica}` : workload.name;
  const env = environmentOf(container, name, manifests);
  return {
    name,
    app: labels['app'] ?? workload.name,
    args: extra ?? container.args ?? [],
    stays: kept && extra === undefined,
    env,
    uid: pod.securityContext?.runAsUser ?? 0,
    gid: pod.securityContext?.runAsGroup ?? 0,
    writable: (container.volumeMounts ?? []).filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath),
    ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
    graceS: (pod.terminationGracePeriodSeconds ?? 30) - preStopOf(container),
  };
};
