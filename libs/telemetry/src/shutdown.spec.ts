import { EventEmitter } from 'node:events';
import { createLogger } from './logger.js';
import { onShutdown, type ShutdownStep } from './shutdown.js';

/** Stands in for `process`: emits signals and records exit codes. */
class Host extends EventEmitter {
  readonly codes: number[] = [];
  exit(code: number): void {
    this.codes.push(code);
    this.emit('exited');
  }
  exited(): Promise<void> {
    return new Promise((resolve) =>
      this.once('exited', () => {
        resolve();
      }),
    );
  }
}

const logger = createLogger('test', { level: 'silent' });

describe('onShutdown', () => {
  const run = async (
    steps: (order: string[]) => ShutdownStep[],
    trigger: (host: Host) => void,
  ): Promise<{ order: string[]; codes: number[] }> => {
    const host = new Host();
    const order: string[] = [];
    const shutdown = onShutdown(steps(order), logger, host);
    const exited = host.exited();
    trigger(host);
    await exited;
    shutdown.dispose();
    expect(host.eventNames()).toEqual([]);
    return { order, codes: host.codes };
  };
  const step = (order: string[], name: string, work: () => Promise<void> | void = () => undefined): ShutdownStep => ({
    name,
    limitMs: 30,
    run: async () => {
      order.push(name);
      await work();
    },
  });

  it.each(['SIGTERM', 'SIGINT'])('runs the steps in order on %s and exits 0', async (signal) => {
    const end = await run(
      (order) => [step(order, 'http'), step(order, 'log'), step(order, 'database')],
      (host) => host.emit(signal, signal),
    );
    expect(end).toEqual({ order: ['http', 'log', 'database'], codes: [0] });
  });

  it('goes on after a step that fails or hangs, and exits 1', async () => {
    const end = await run(
      (order) => [
        step(order, 'fails', () => Promise.reject(new Error('no'))),
        step(order, 'hangs', () => new Promise(() => undefined)),
        step(order, 'last'),
      ],
      (host) => host.emit('SIGTERM', 'SIGTERM'),
    );
    expect(end).toEqual({ order: ['fails', 'hangs', 'last'], codes: [1] });
  });

  it('exits at once on a second signal', async () => {
    const end = await run(
      (order) => [step(order, 'hangs', () => new Promise(() => undefined))],
      (host) => {
        host.emit('SIGINT', 'SIGINT');
        host.emit('SIGINT', 'SIGINT');
      },
    );
    expect(end.codes).toEqual([130]);
  });

  it('stops in order and exits 1 when nobody caught an error', async () => {
    const end = await run(
      (order) => [step(order, 'http')],
      (host) => host.emit('uncaughtException', new Error('bug')),
    );
    expect(end).toEqual({ order: ['http'], codes: [1] });
  });
});
