import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { seededRandom, type Random } from '#ranking';
import { Lane, noFaults, type LaneFaults } from './lane.js';

/** `up`: from client to server. `down`: from server to client. */
export type Direction = 'up' | 'down';

interface Line {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly lanes: Readonly<Record<Direction, Lane>>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * A TCP proxy on loopback that harms what passes through it: latency, jitter, bandwidth, slices and stalls for each direction, resets, and being
 * down. A change works on open connections at once. Everything that is left to chance follows the seed.
 */
export class FaultProxy {
  private readonly lines = new Set<Line>();
  private readonly faults: Record<Direction, LaneFaults> = { up: noFaults, down: noFaults };
  private readonly random: Random;
  private server: Server | undefined;
  private port = 0;
  private accepted = 0;

  private constructor(
    private readonly upstream: Address,
    seed: number,
  ) {
    this.random = seededRandom(seed);
  }

  static async before(upstream: Address, seed: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream, seed);
    await proxy.listen();
    return proxy;
  }

  get address(): Address {
    return { host: '127.0.0.1', port: this.port };
  }

  /** Connections taken since the start, and open now. */
  get connections(): { readonly accepted: number; readonly open: number } {
    return { accepted: this.accepted, open: this.lines.size };
  }

  /** Sets some faults of one direction, or of both; the others stay. */
  set(direction: Direction | 'both', faults: Partial<LaneFaults>): void {
    for (const each of direction === 'both' ? (['up', 'down'] as const) : [direction]) {
      this.faults[each] = { ...this.faults[each], ...faults };
      for (const { lanes } of this.lines) lanes[each].release();
    }
  }

  /** Lets everything pass again. */
  heal(): void {
    this.set('both', noFaults);
  }

  /** Ends every open connection with a TCP reset; answers how many. */
  reset(): number {
    const { size } = this.lines;
    for (const line of [...this.lines]) this.end(line, true);
    return size;
  }

  /** Refuses connections and resets those that are open, as a server that is gone. */
  async down(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.reset();
    await closed;
  }

  /** Listens again on the same port. */
  async up(): Promise<void> {
    if (this.server === undefined) await this.listen();
  }

  async close(): Promise<void> {
    await this.down();
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      this.take(client);
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port; // a TCP server has a port
    this.server = server;
  }

  private take(client: Socket): void {
    this.accepted += 1;
    const upstream = connect({ ...this.upstream, allowHalfOpen: true });
    const lanes = {
      up: new Lane(client, upstream, () => this.faults.up, this.random),
      down: new Lane(upstream, client, () => this.faults.down, this.random),
    };
    const line: Line = { client, upstream, lanes };
    this.lines.add(line);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      // A peer that resets is what this proxy is for; the other side is told in the same way.
      socket.on('error', () => {
        this.end(line, true);
      });
      socket.on('close', () => {
        if (client.destroyed && upstream.destroyed) this.end(line, false);
      });
    }
  }

  private end(line: Line, hard: boolean): void {
    if (!this.lines.delete(line)) return;
    for (const lane of Object.values(line.lanes)) lane.stop();
    for (const socket of [line.client, line.upstream]) {
      if (hard) socket.resetAndDestroy();
      else socket.destroy();
    }
  }
}
