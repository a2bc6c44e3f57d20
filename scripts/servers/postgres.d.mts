/** Types of postgres.mjs for TypeScript callers (it has to run before anything is built). */
export interface PostgresServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}
export function hydrateLinks(native?: string): void;
export function startPostgres(options: {
  readonly dataDir: string;
  readonly port?: number;
  readonly log?: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<PostgresServer>;
export function stopLeftPostgres(dataDir: string): Promise<void>;
