import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownUnfit, filesOf } from './known-unfit.js';

const setUp = () => {
  const world = { now: 0, files: 'model.onnx 1', checks: 0, bad: true };
  const known = new KnownUnfit(
    () => world.now,
    async () => world.files,
  );
  const check = async (): Promise<void> => {
    world.checks += 1;
    if (world.bad) throw new Error(`bad ${world.checks}`);
  };
  return { world, look: () => known.unlessRefused('personal/v', check) };
};

describe('KnownUnfit', () => {
  it('refuses the same files again without checking them, for the reason of the check', async () => {
    const { world, look } = setUp();
    await expect(look()).rejects.toThrow('bad 1');
    await expect(look()).rejects.toThrow('bad 1');
    expect(world.checks).toBe(1);
  });

  it.each([
    ['their files are others', (world: { files: string }) => (world.files = 'model.onnx 2')],
    ['it was long ago', (world: { now: number }) => (world.now = 600_000)],
  ])('checks again when %s', async (_, happens) => {
    const { world, look } = setUp();
    await expect(look()).rejects.toThrow('bad 1');
    happens(world);
    world.bad = false;
    await look();
    expect(world.checks).toBe(2);
  });

  it('checks what was fit every time: it is loaded once anyway', async () => {
    const { world, look } = setUp();
    world.bad = false;
    await look();
    await look();
    expect(world.checks).toBe(2);
  });
});

describe('filesOf', () => {
  it('tells a replaced file, and a folder that arrived', async () => {
    const root = await mkdtemp(join(tmpdir(), 'broadsheet-known-unfit-'));
    try {
      expect(await filesOf(join(root, 'absent'))).toBe('');
      await writeFile(join(root, 'model.onnx'), 'a');
      const first = await filesOf(root);
      await writeFile(join(root, 'model.onnx'), 'ab');
      expect(await filesOf(root)).not.toBe(first);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
