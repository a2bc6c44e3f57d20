import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadVersion } from './load-version.js';

const shipped = fileURLToPath(new URL('../../../../models/personal', import.meta.url));

describe('loadVersion', () => {
  it('loads a version from the folder that is called by it, and from no other', async () => {
    const version = (await readdir(shipped)).find((name) => /^\d{8}-/.test(name))!;
    const right = join(shipped, version);
    const scorer = await loadVersion('personal', right);
    expect(scorer.version).toBe(basename(right));
    await scorer.close();

    const folder = await mkdtemp(join(tmpdir(), 'broadsheet-versions-'));
    try {
      const other = join(folder, '20991231-0000000');
      await cp(right, other, { recursive: true });
      await expect(loadVersion('personal', other)).rejects.toThrow(
        `the folder is called 20991231-0000000, and the manifest says version ${version}`,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
