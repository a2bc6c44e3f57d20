import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Compiles the TypeScript of apps, libs, scripts, bench and the fault bench to dist/ with the same tree, and copies what stands beside it (web pages,
 * JSON). A file whose bytes did not change since the last build is skipped; an output whose source is gone is removed.
 * Types are not checked here: `npm run typecheck` does that.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['apps', 'libs', 'scripts', 'bench', 'test/faults'];
/** Of the fixtures only those of replay, whose invented logs are measured as well as tested with. */
const notBuilt = /\.(spec|contract|d)\.ts$|\.md$|(^|\/)node_modules\/|^(?!apps\/replay\/)(.*\/)?fixtures\//;
/** Plain programs run from where they are: they find their neighbours by their own place. */
const runInPlace = /\.mjs$/;

/** @param {string} folder @returns {string[]} files below it, relative to the root, sorted */
const filesIn = (folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
        .filter((file) => !notBuilt.test(file) && !runInPlace.test(file))
        .sort()
    : [];

/** @param {string | Buffer} bytes */
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** @param {string} source @param {string} out */
const outputOf = (source, out) => join(out, source.replace(/\.ts$/, '.js'));

/** @param {string} file @returns {{ compiler: string, files: Record<string, string> }} */
const readRecord = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { compiler: '', files: {} };
  }
};

/**
 * @param {{ log?: (line: string) => void, out?: string }} [options]
 * @returns {Promise<{ written: number, removed: number, total: number }>}
 */
export const build = async ({ log = () => {}, out = join(root, 'dist') } = {}) => {
  const began = Date.now();
  // Only when there is something to compile is the compiler loaded: a warm `npm start` saves its 150 ms.
  const swcrc = readFileSync(join(root, '.swcrc'), 'utf8');
  const swcVersion = JSON.parse(readFileSync(join(root, 'node_modules/@swc/core/package.json'), 'utf8')).version;
  const compiler = hashOf(`${swcVersion}\n${swcrc}\n${readFileSync(fileURLToPath(import.meta.url), 'utf8')}`);
  const recordFile = join(out, '.build.json');
  const last = readRecord(recordFile);
  const sources = folders.flatMap(filesIn);
  /** @type {Record<string, string>} */
  const files = {};
  const stale = sources.filter((source) => {
    files[source] = hashOf(readFileSync(join(root, source)));
    return last.compiler !== compiler || last.files[source] !== files[source] || !existsSync(outputOf(source, out));
  });
  const gone = Object.keys(last.files).filter((source) => files[source] === undefined);
  for (const source of gone) for (const suffix of ['', '.map']) rmSync(`${outputOf(source, out)}${suffix}`, { force: true });

  const swc = stale.some((source) => source.endsWith('.ts')) ? await import('@swc/core') : undefined;
  await Promise.all(
    stale.map(async (source) => {
      const target = outputOf(source, out);
      mkdirSync(dirname(target), { recursive: true });
      if (swc === undefined || !source.endsWith('.ts')) return copyFileSync(join(root, source), target);
      const { code, map } = await swc.transformFile(join(root, source), { cwd: root, swcrc: true, sourceFileName: join(root, source) });
      writeFileSync(`${target}.map`, map ?? '');
      writeFileSync(target, `${code}\n//# sourceMappingURL=${target.split('/').at(-1)}.map\n`);
    }),
  );
  if (stale.length > 0 || gone.length > 0) {
    mkdirSync(out, { recursive: true });
    writeFileSync(recordFile, JSON.stringify({ compiler, files }));
    log(`built ${stale.length} of ${sources.length} files in ${Date.now() - began} ms`);
  }
  return { written: stale.length, removed: gone.length, total: sources.length };
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  build({ log: console.log }).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
