import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * Files that a process leaves in its home and its folder for temporary files after it ran a model with what `library` gives it. Of the environment it gets
 * the path alone: the library also keeps quiet where `CI` is set.
 */
const leftBy = (library: string): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'no-telemetry-'));
  try {
    const [kind, version] = ['trending', readdirSync(join(root, 'models/trending')).find((name) => /^\d{8}-/.test(name))!];
    const program = `
      import { readFileSync } from 'node:fs';
      const { InferenceSession } = await import(${JSON.stringify(library)});
      const session = await InferenceSession.create(readFileSync('models/${kind}/${version}/model.onnx'));
      await session.release();`;
    const loader = pathToFileURL(join(root, 'test/support/typescript.mjs')).href;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--conditions=source', '--import', loader, '--input-type=module', '--eval', program],
      { cwd: root, env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder }, encoding: 'utf8' },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    // Its own are in .cache/Microsoft; what translates our sources keeps its cache beside them.
    return readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name !== '.cache' && !name.startsWith('.cache/swc-'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const itOnLinux = process.platform === 'linux' ? it : it.skip;

describe('ONNX Runtime', () => {
  itOnLinux('keeps no files of our use', () => {
    expect(leftBy(pathToFileURL(join(root, 'libs/model/src/session/onnx-runtime.ts')).href)).toEqual([]);
  });

  // Without this the test above could not fail.
  itOnLinux('would keep some if it were loaded by itself', () => {
    expect(leftBy('onnxruntime-node')).not.toEqual([]);
  });
});
