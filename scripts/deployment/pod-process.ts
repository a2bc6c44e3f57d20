import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from '../start/repository.js';
import type { PodPlan } from './pod-plan.js';
import { readTrace, tracedCalls, type Trace } from './trace.js';

export interface PodSurroundings {
  /** Its own address of the loopback network: what a pod's address is in a cluster. */
  readonly address: string;
  readonly nameServer: string;
  /** Logs, traces and mount points. */
  readonly folder: string;
  /** Settings that only a trial on one machine needs. */
  readonly settings: Readonly<Record<string, string>>;
}

/** How the kernel sees a process: from /proc/PID/status. */
export interface Confinement {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly noNewPrivileges: boolean;
  /** Capabilities in any of the five sets, as a bit mask. */
  readonly capabilities: bigint;
  /** Mount points that could be written to, but for kernel file systems and devices. */
  readonly writableMounts: readonly string[];
}

export interface PodEnd {
  readonly code: number | null;
  readonly seconds: number;
}

/** What the image has of the repository (Dockerfile), each read-only. */
const imageParts = ['package.json', 'node_modules', 'dist/libs', 'dist/apps', 'models', 'data'];
const NODE = process.execPath;

/**
 * The view that a container has: the image and nothing of the machine, all of it read-only; scratch space where a volume is mounted. Then the user, no
 * capability, no way to gain one, and the image's own entry point. Paths come as arguments, never as text of the program.
 */
const enter = `
set -eu
root=$1 repository=$2 node=$3 uid=$4 gid=$5 writable=$6
shift 6
mount -t tmpfs -o mode=755 tmpfs "$root"
for link in bin sbin lib lib64; do
  if [ -L "/$link" ]; then ln -s "$(readlink "/$link")" "$root/$link"; elif [ -d "/$link" ]; then mkdir "$root/$link"; mount --bind "/$link" "$root/$link"; mount -o remount,bind,ro "$root/$link"; fi
done
mkdir -p "$root/usr" "$root/proc" "$root/dev" "$root/etc" "$root/tmp" "$root/app/dist"
mount --bind /usr "$root/usr"
mount -o remount,bind,ro "$root/usr"
mount -t proc proc "$root/proc"
for device in null zero random urandom; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
case "$node" in /usr/*) ;; *) mkdir -p "$root$(dirname "$node")"; : > "$root$node"; mount --bind "$node" "$root$node"; mount -o remount,bind,ro "$root$node";; esac
for part in ${imageParts.join(' ')}; do
  if [ -d "$repository/$part" ]; then mkdir -p "$root/app/$part"; else : > "$root/app/$part"; fi
  mount --bind "$repository/$part" "$root/app/$part"
  mount -o remount,bind,ro "$root/app/$part"
done
printf 'hosts: dns\\n' > "$root/etc/nsswitch.conf"
printf 'nameserver %s\\n' "$NAME_SERVER" > "$root/etc/resolv.conf"
unset NAME_SERVER
for path in $writable; do mkdir -p "$root$path"; mount -t tmpfs -o mode=1777,size=64m tmpfs "$root$path"; done
mount -o remount,ro "$root"
cd "$root"
exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all \\
  /bin/sh -c 'cd /app && exec "$0" --enable-source-maps "dist/apps/\${SERVICE}/src/main.js" "$@"' "$node" "$@"
`;

/** One pod as a process of this machine, confined as its manifest says, with strace looking on. Needs root. */
export class PodProcess {
  readonly ended: Promise<PodEnd>;
  private end: PodEnd | undefined;
  private readonly child: ChildProcess;
  private readonly traceFile: string;
  readonly logFile: string;

  constructor(
    readonly plan: PodPlan,
    readonly surroundings: PodSurroundings,
  ) {
    const { address, nameServer, folder, settings } = surroundings;
    const root = join(folder, `${plan.name}.root`);
    mkdirSync(root, { recursive: true });
    this.traceFile = join(folder, `${plan.name}.strace`);
    this.logFile = join(folder, `${plan.name}.log`);
    const began = performance.now();
    this.child = spawn(
      'strace',
      [
        ...['-f', '--seccomp-bpf', '-qq', '-s', '256', '-e', 'signal=none', '-e', `trace=${tracedCalls}`, '-o', this.traceFile, '--'],
        ...['unshare', '--mount', '--pid', '--fork', '--propagation', 'private', '--', '/bin/sh', '-c', enter, 'enter'],
        ...[root, repositoryRoot, NODE, String(plan.uid), String(plan.gid), plan.writable.join(' '), ...plan.args],
      ],
      {
        // As in the image: all interfaces of a pod are its own network, which here is one address.
        env: {
          PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
          NODE_ENV: 'production',
          NAME_SERVER: nameServer,
          ...plan.env,
          HOST: address,
          ...settings,
        },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const log = createWriteStream(this.logFile);
    this.child.stdout?.pipe(log, { end: false });
    this.child.stderr?.pipe(log, { end: false });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => {
        log.end();
        this.end = { code, seconds: (performance.now() - began) / 1000 };
        resolve(this.end);
      });
      this.child.once('error', () => resolve({ code: null, seconds: 0 }));
    });
  }

  /** The process of our program, once it has taken over. */
  async pid(limitMs = 20_000): Promise<number> {
    const deadline = performance.now() + limitMs;
    while (performance.now() < deadline && this.end === undefined) {
      const found = descendants(this.child.pid ?? 0).find((pid) => isProgram(pid));
      if (found !== undefined) return found;
      await sleep(50);
    }
    throw new Error(`${this.plan.name} did not start: ${this.said()}`);
  }

  said(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').slice(-2_000) : '';
  }

  url(path: string, port = 9000): string {
    return `http://${this.surroundings.address}:${port}${path}`;
  }

  /** Waits for a path of its admin port to say 200. */
  async answers(path: string, limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    let last = 'no answer';
    while (performance.now() < deadline) {
      if (this.end !== undefined) throw new Error(`${this.plan.name} ended (${this.end.code}): ${this.said()}`);
      try {
        const answer = await fetch(this.url(path), { signal: AbortSignal.timeout(2_000) });
        if (answer.ok) return;
        last = await answer.text();
      } catch (error) {
        last = String(error);
      }
      await sleep(100);
    }
    throw new Error(`${this.plan.name} ${path}: ${last}`);
  }

  async confinement(): Promise<Confinement> {
    return confinementOf(await this.pid());
  }

  /** Ports that it listens on, at its own address or at all of them. */
  async listening(): Promise<readonly number[]> {
    return listeningPorts(await this.pid());
  }

  /** SIGTERM, as the kubelet sends it after the preStop; SIGKILL when the grace is over. Answers how long that took. */
  async stop(): Promise<PodEnd> {
    const began = performance.now();
    if (this.end === undefined) {
      const pid = await this.pid();
      process.kill(pid, 'SIGTERM');
      const hard = setTimeout(() => process.kill(pid, 'SIGKILL'), this.plan.graceS * 1000);
      await this.ended;
      clearTimeout(hard);
    }
    return { code: this.end?.code ?? null, seconds: (performance.now() - began) / 1000 };
  }

  /** For a trial that failed: whatever is left of it goes. */
  kill(): void {
    if (this.end !== undefined) return;
    for (const pid of [...descendants(this.child.pid ?? 0), this.child.pid ?? 0]) {
      try {
        if (pid > 1) process.kill(pid, 'SIGKILL');
      } catch {
        // gone already
      }
    }
  }

  /** Good when it has ended. */
  trace(): Trace {
    return readTrace(readFileSync(this.traceFile, 'utf8'), NODE);
  }
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const descendants = (pid: number): readonly number[] => {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
};

const isProgram = (pid: number): boolean => read(`/proc/${pid}/cmdline`).startsWith(`${NODE}\0--enable-source-maps\0`);

/** Of the kernel, not of a disk. */
const kernelKinds = new Set(['proc', 'sysfs', 'devpts', 'mqueue', 'cgroup', 'cgroup2', 'devtmpfs']);

const confinementOf = (pid: number): Confinement => {
  const status = new Map(
    read(`/proc/${pid}/status`)
      .split('\n')
      .map((line): [string, string] => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const numbers = (name: string): readonly number[] => (status.get(name) ?? '').split(/\s+/).filter(Boolean).map(Number);
  const mounts = read(`/proc/${pid}/mountinfo`)
    .trim()
    .split('\n')
    .map((line) => {
      const [own = '', filesystem = ''] = line.split(' - ');
      const [, , , , point = '', options = ''] = own.split(' ');
      const [kind = '', , superOptions = ''] = filesystem.split(' ');
      return { point, kind, writable: options.split(',').includes('rw') && superOptions.split(',').includes('rw') };
    });
  return {
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    groups: numbers('Groups'),
    noNewPrivileges: status.get('NoNewPrivs') === '1',
    capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].reduce((all, set) => all | BigInt(`0x${status.get(set) ?? 'f'}`), 0n),
    writableMounts: mounts.filter(({ kind, writable }) => writable && !kernelKinds.has(kind)).map(({ point }) => point),
  };
};

const LISTEN = '0A';

const listeningPorts = (pid: number): readonly number[] => {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const rows = ['tcp', 'tcp6'].flatMap((table) => read(`/proc/${pid}/net/${table}`).split('\n').slice(1));
  const ports = rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    return state === LISTEN && sockets.has(inode) ? [parseInt(local.split(':')[1] ?? '', 16)] : [];
  });
  return [...new Set(ports)].sort((a, b) => a - b);
};
