import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Yardstick {
  readonly url: URL;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a bare Fastify that answers with `body`. */
export const startYardstick = async (body: Buffer): Promise<Yardstick> => {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-'));
  const file = join(folder, 'body.json');
  writeFileSync(file, body);
  const child = spawn(process.execPath, [fileURLToPath(new URL('./bare-fastify.js', import.meta.url)), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => {
      reject(new Error('the bare Fastify did not start'));
    });
  });
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    pid: child.pid ?? -1,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
