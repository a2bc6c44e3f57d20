/** Types of kafka.mjs for TypeScript callers (it has to run before anything is built). */
export interface KafkaServer {
  readonly brokers: string;
  readonly pid: number;
  stop(): Promise<void>;
}
export function kafkaAvailable(options?: {
  readonly libs?: string;
}): { readonly ok: true } | { readonly ok: false; readonly reason: string };
export function resolveKafka(options: { readonly libs: string; readonly log?: (line: string) => void }): Promise<void>;
export function startKafka(options: {
  readonly dataDir: string;
  readonly libs?: string;
  readonly port?: number;
  readonly log?: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  /** How long to wait for another process to let go of the data folder. */
  readonly heldPatienceMs?: number;
}): Promise<KafkaServer>;
export function stopLeftKafka(dataDir: string): Promise<void>;
export function newClusterId(draw?: () => Buffer): string;
