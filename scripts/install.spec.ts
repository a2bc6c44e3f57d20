import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingPackages, nodeProblem } from './install.mjs';

describe('nodeProblem', () => {
  it.each([
    { version: '20.19.0', fits: true },
    { version: '22.0.0', fits: true },
    { version: '20.18.3', fits: false },
    { version: '18.20.4', fits: false },
  ])('$version fits: $fits', ({ version, fits }) => {
    expect(nodeProblem(version) === null).toBe(fits);
  });
});

describe('missingPackages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'install-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const lock = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/mac-only': { version: '1.0.0', optional: true },
  };

  it.each([
    { why: 'nothing is installed', installed: null, missing: ['a', 'b'] },
    {
      why: 'a version differs',
      installed: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.9.0' } },
      missing: ['b'],
    },
    {
      why: 'all is there but what fits other machines',
      installed: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } },
      missing: [],
    },
  ])('is $missing when $why', ({ installed, missing }) => {
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: lock }));
    if (installed !== null) writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    expect(missingPackages(folder)).toEqual(missing);
  });
});
