import { connect, type Socket } from 'node:net';
import { cpuSeconds } from './cpu.js';
import { percentileOf } from './percentile.js';

/** A request as it goes over the wire, made before the clock runs. */
export const httpRequest = (
  host: string,
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Buffer => {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)), 'content-type': 'application/json' };
  const lines = Object.entries({ host, ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`);
};

export interface Response {
  readonly status: number;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Reads one response off the front of `bytes`; null while it is not complete. Only what a benchmark of our own servers meets. */
export const readResponse = (bytes: Buffer): { readonly response: Response; readonly rest: Buffer } | null => {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`a response without content-length can not be measured:\n${head}`);
  const bodyAt = headEnd + HEAD_END.length;
  const end = bodyAt + Number(length);
  if (bytes.length < end) return null;
  return { response: { status: Number(head.slice(9, 12)), body: bytes.subarray(bodyAt, end) }, rest: bytes.subarray(end) };
};

/** One keep-alive connection with one request under way at a time: cheaper than any client library, so that the server is what is measured. */
export class KeepAlive {
  private received: Buffer = Buffer.alloc(0);
  private closed = false;
  private waiting: { resolve(response: Response): void; reject(error: Error): void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.take(chunk);
    });
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => {
      this.closed = true;
      this.waiting?.reject(new Error('the server closed the connection'));
    });
  }

  static open(url: URL): Promise<KeepAlive> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: url.hostname, port: Number(url.port) });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new KeepAlive(socket));
      });
    });
  }

  /** Whether the server has hung up: servers do so with connections that were idle for long. */
  get over(): boolean {
    return this.closed;
  }

  /** @throws when the connection is over, or ends before the answer. */
  send(request: Buffer): Promise<Response> {
    if (this.closed) return Promise.reject(new Error('the server closed the connection'));
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    try {
      const read = readResponse(this.received);
      if (read === null) return;
      this.received = read.rest;
      this.waiting?.resolve(read.response);
    } catch (error) {
      this.waiting?.reject(error as Error);
    }
  }
}

export interface LoadOptions {
  readonly url: URL;
  /** The n-th request; the answer to it is given to `check`. */
  request(index: number): Buffer;
  /** Throws when the answer is not what was asked for: a fast error page is no result. */
  check?(response: Response, index: number): void;
  readonly connections: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Processes whose CPU time is counted. */
  readonly pids: readonly number[];
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** CPU of all `pids` together, microseconds a request; null where the system does not tell. */
  readonly cpuUs: number | null;
  readonly bytes: number;
}

const ok = (response: Response): void => {
  if (response.status !== 200) throw new Error(`status ${response.status}: ${response.body.toString('utf8').slice(0, 300)}`);
};

/** Keeps `connections` requests under way for `seconds`, each connection sending its next as soon as it has its answer. */
export const load = async (options: LoadOptions): Promise<LoadResult> => {
  const connections = await Promise.all(Array.from({ length: options.connections }, () => KeepAlive.open(options.url)));
  try {
    let next = 0;
    const runFor = async (seconds: number): Promise<{ latencies: number[]; bytes: number; took: number }> => {
      const [latencies, began]: [number[], number] = [[], performance.now()];
      const until = began + seconds * 1_000;
      let bytes = 0;
      await Promise.all(
        connections.map(async (connection) => {
          for (let sent = performance.now(); sent < until; sent = performance.now()) {
            const index = next++;
            const response = await connection.send(options.request(index));
            latencies.push(performance.now() - sent);
            bytes += response.body.length;
            (options.check ?? ok)(response, index);
          }
        }),
      );
      return { latencies, bytes, took: (performance.now() - began) / 1_000 };
    };
    await runFor(options.warmUpSeconds);
    const before = cpuSeconds(options.pids);
    const { latencies, bytes, took } = await runFor(options.seconds);
    const after = cpuSeconds(options.pids);
    const sorted = Float64Array.from(latencies).sort();
    return {
      requests: sorted.length,
      perSecond: sorted.length / took,
      p50Ms: percentileOf(sorted, 50),
      p99Ms: percentileOf(sorted, 99),
      maxMs: sorted.at(-1) ?? 0,
      cpuUs: before === null || after === null ? null : ((after - before) * 1e6) / sorted.length,
      bytes: bytes / Math.max(1, sorted.length),
    };
  } finally {
    for (const connection of connections) connection.close();
  }
};
