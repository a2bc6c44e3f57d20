import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const attribute = z.object({
  key: z.string(),
  value: z.union([
    z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
    z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
    z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
    z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
  ]),
});
const attributes = z.array(attribute).transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));
const id = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** What an export request may look like (OTLP/HTTP in JSON), as strictly as a collector reads it. */
const exportRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: id(32),
              spanId: id(16),
              parentSpanId: id(16).optional(),
              name: z.string().min(1),
              kind: z.int().min(1).max(5),
              startTimeUnixNano: z.string().regex(/^\d{19}$/),
              endTimeUnixNano: z.string().regex(/^\d{19}$/),
              attributes,
              links: z.array(z.object({ traceId: id(32), spanId: id(16) })).default([]),
              status: z.object({ code: z.int() }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** One span as it arrived. Times in milliseconds since 1970. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: (typeof kinds)[number];
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | null;
  readonly began: number;
  readonly ended: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
}

const milliseconds = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1_000n) / 1_000;

/** A collector of traces that keeps what it is sent. It refuses, and remembers, what is no export request. */
export class Collector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  readonly refused: string[] = [];
  /** What it was sent, as text: nothing that must not leave a process may be in there. */
  text = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Collector> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const sound = request.method === 'POST' && request.url === '/v1/traces' && collector.take(Buffer.concat(chunks).toString());
        response.writeHead(sound ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
      });
    });
    const collector = new Collector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(body: string): boolean {
    const parsed = exportRequest.safeParse(JSON.parse(body));
    if (!parsed.success) {
      this.refused.push(z.prettifyError(parsed.error));
      return false;
    }
    this.text += body;
    for (const { resource, scopeSpans } of parsed.data.resourceSpans)
      for (const { spans } of scopeSpans)
        for (const span of spans)
          this.spans.push({
            service: String(resource.attributes['service.name']),
            name: span.name,
            kind: kinds[span.kind] ?? 'unspecified',
            traceId: span.traceId,
            spanId: span.spanId,
            parent: span.parentSpanId ?? null,
            began: milliseconds(span.startTimeUnixNano),
            ended: milliseconds(span.endTimeUnixNano),
            attributes: span.attributes,
            links: span.links,
            failed: span.status?.code === 2,
          });
    return true;
  }
}
