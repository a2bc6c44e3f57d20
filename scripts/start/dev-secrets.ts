import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const devSecretsSchema = z.object({ tokens: z.string().min(32), readers: z.string().min(32), cursors: z.string().min(32) });

/** Keys of one machine's development system: for tokens, reader pseudonyms and cursors. */
export type DevSecrets = Readonly<z.output<typeof devSecretsSchema>>;

const fresh = (): string => randomBytes(32).toString('base64url');

/** Reads the secrets, or makes them once: readers must stay the same people over restarts. Only the owner may read the file. */
export const devSecrets = (file: string): DevSecrets => {
  if (existsSync(file)) {
    const read = devSecretsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!read.success) throw new Error(`${file} is damaged; delete it to make new secrets (readers of this machine become new ones)`);
    return read.data;
  }
  mkdirSync(dirname(file), { recursive: true });
  const made = { tokens: fresh(), readers: fresh(), cursors: fresh() };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return made;
};
