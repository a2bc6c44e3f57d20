import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devSecrets } from './dev-secrets.js';

describe('devSecrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-secrets-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes three different secrets once, for the owner only', () => {
    const file = join(folder, 'new', 'dev-secrets.json');
    const made = devSecrets(file);
    expect(new Set(Object.values(made)).size).toBe(3);
    expect(devSecrets(file)).toEqual(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('does not replace a damaged file: readers would become new ones', () => {
    const file = join(folder, 'damaged.json');
    writeFileSync(file, '{"tokens":"short"}');
    expect(() => devSecrets(file)).toThrow('is damaged; delete it');
  });
});
