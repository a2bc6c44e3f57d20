import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, WriterClaim } from './writer-claim.js';

describe('a claim to write', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'claim-'));
    file = join(folder, 'writer');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by nobody until it is taken, and not against the one who took it', () => {
    const claim = new WriterClaim(file);
    expect(claim.heldBy()).toBeNull();
    claim.take();
    expect(claim.heldBy()).toBeNull();
    claim.release();
    expect(claim.heldBy()).toBeNull();
  });

  it('is held by another process as long as that lives', () => {
    writeFileSync(file, identityOf(process.ppid));
    expect(new WriterClaim(file).heldBy()).toBe(process.ppid);
  });

  it.each([
    { why: 'that is gone', identity: '4194304999 77' },
    { why: 'whose id another process has now', identity: `${process.ppid} 1` },
    { why: 'that can not be read', identity: '' },
  ])('does not hold for a process $why', ({ identity }) => {
    writeFileSync(file, identity);
    expect(new WriterClaim(file).heldBy()).toBeNull();
  });
});
