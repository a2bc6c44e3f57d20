import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PortBook } from '../../../scripts/start/ports.js';

const LIMIT_MS = 60_000;

/** Another broker on the data of one that does not run now, as somebody would start it by hand: it holds the folder until it is ended. */
export interface OtherBroker {
  readonly pid: number;
  end(): Promise<void>;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });

/** `dataDir`: as `startKafka` was given it, and had started a broker there before. */
export const startOtherBroker = async (dataDir: string, libs: string): Promise<OtherBroker> => {
  const book = new PortBook();
  const [port, controllerPort] = [await book.take(0), await book.take(0)];
  const ours = readFileSync(join(dataDir, 'server.properties'), 'utf8');
  const theirs = join(dataDir, 'by-hand.properties');
  const own = ['listeners', 'advertised.listeners', 'controller.quorum.voters'];
  const kept = ours.split('\n').filter((line) => !own.includes(line.split('=')[0]!));
  const listeners = `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`;
  writeFileSync(theirs, [...kept, listeners, `controller.quorum.voters=1@127.0.0.1:${controllerPort}`].join('\n'));
  const java = process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin/java') : 'java';
  const child = spawn(java, ['-Xmx256m', '-XX:+UseSerialGC', '-cp', join(libs, '*'), 'kafka.Kafka', theirs], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = Date.now() + LIMIT_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the other broker did not start');
    await sleep(50);
  }
  return {
    pid: child.pid!,
    end: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
};
