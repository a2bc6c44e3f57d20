import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { featureHash } from '#ranking';
import { randomReaderState } from '../fixtures/reader-states.js';
import { writeModelFolder } from '../manifest/model-folder.js';
import { MANIFEST_FILE, sha256 } from '../manifest/manifest.js';
import { readerEncoderParts } from '../training/reader-state/written-reader-encoder.js';
import { readerStateStepGraph } from '../graphs/reader-state-graph.js';
import { STEP_FILE, loadReaderEncoder, readerStateFeatures } from './onnx-reader-encoder.js';

const sizes = { width: 8, heads: 2, layers: 2, hidden: 6 };
const CONTENT = 5;

describe('loadReaderEncoder', () => {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'broadsheet-reader-'))));
  afterEach(() => rm(root, { recursive: true, force: true }));

  const written = async (seed = 1): Promise<string> => {
    const { files, ports } = await readerEncoderParts(sizes, randomReaderState(sizes, seed, CONTENT));
    return writeModelFolder(
      root,
      {
        name: 'reader-state',
        kind: 'reader-state',
        summary: 'By chance.',
        ...ports,
        features: [...readerStateFeatures],
        featureHash: featureHash(readerStateFeatures),
        threads: { intra: 1, inter: 1 },
        trained: { data: 'none', rows: 0, seed, code: 'test', at: '2026-01-02T03:04:05Z', minutes: 0, peakMemoryMb: 0, settings: {} },
        metrics: {},
        licence: 'Apache-2.0',
        attribution: 'None.',
      },
      files,
    );
  };

  it('gives the stream of a model whose three forms agree', async () => {
    const { stream, manifest } = await loadReaderEncoder(await written());
    expect(stream.content).toBe(CONTENT);
    expect(stream.name).toBe(`reader-state@${manifest.version}`);
    const state = stream.start(CONTENT);
    stream.step(state, { vector: new Float32Array(CONTENT).fill(0.3), strength: 1 });
    expect(stream.read(state)).toHaveLength(CONTENT);
  });

  it('refuses a step graph of other weights', async () => {
    const directory = await written();
    const other = readerStateStepGraph(sizes, randomReaderState(sizes, 2, CONTENT));
    await replaced(directory, STEP_FILE, other);
    await expect(loadReaderEncoder(directory)).rejects.toMatchObject({
      code: 'MODEL_GOLDEN',
      message: expect.stringContaining('step graph') as string,
    });
  });

  it('refuses a step graph that is none', async () => {
    const directory = await written();
    await replaced(directory, STEP_FILE, new Uint8Array([1, 2, 3]));
    await expect(loadReaderEncoder(directory)).rejects.toMatchObject({ code: 'MODEL_MANIFEST' });
  });

  it('refuses a folder without a step graph', async () => {
    const directory = await written();
    await edited(directory, (manifest) => delete manifest.files[STEP_FILE]);
    await expect(loadReaderEncoder(directory)).rejects.toMatchObject({
      code: 'MODEL_MANIFEST',
      message: expect.stringContaining(STEP_FILE) as string,
    });
  });
});

/** Another file under its own right hash, so that only what is in it can be found wrong. */
const replaced = async (directory: string, file: string, bytes: Uint8Array): Promise<void> => {
  await writeFile(join(directory, file), bytes);
  await edited(directory, (manifest) => (manifest.files[file] = sha256(bytes)));
};

const edited = async (directory: string, edit: (manifest: { files: Record<string, string> }) => unknown): Promise<void> => {
  const path = join(directory, MANIFEST_FILE);
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { files: Record<string, string> };
  edit(manifest);
  await writeFile(path, JSON.stringify(manifest));
};
