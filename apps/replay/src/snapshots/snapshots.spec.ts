import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveLog } from '../fixtures/live-log.js';
import { plainEncoder, plainStateConfig } from '../fixtures/plain-models.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { foldedPart, foldState } from './fold-state.js';
import { readSnapshotFile, writeSnapshotFile, type StoredState } from './snapshot-file.js';
import { coldStart, startFrom } from './start-state.js';
import { openStoredState } from './stored-snapshots.js';
import { refold, verifyStored } from './verify-snapshot.js';

const signal = new AbortController().signal;
const progress = (): void => undefined;
const noDatabase = (): string => {
  throw new Error('no database is to be asked');
};

describe('snapshots', () => {
  let folder: string;
  let file: string;
  let source: ListSource;
  let stored: StoredState;

  beforeAll(async () => {
    const live = await liveLog({ seed: 3, papers: 12, readers: 4, steps: 60, replicas: 1 });
    source = new ListSource(live.log.records);
    stored = await foldedTo((await source.bounds()).end);
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
    file = join(folder, 'a.snapshot');
    await writeSnapshotFile(file, stored, plainStateConfig.encoderVersion);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const foldedTo = async (end: Readonly<Record<string, string>>, base?: StoredState): Promise<StoredState> => {
    const start = base === undefined ? coldStart(plainStateConfig, {}) : startFrom(base, plainStateConfig);
    const state = await foldState({ source, start, to: foldedPart(end), encoder: plainEncoder, signal, progress });
    return { positions: state!.positions, stateHash: state!.hash(), bytes: state!.serialize() };
  };

  it('come back from their file as they were, and the same state makes the same file', async () => {
    const back = await readSnapshotFile(file);
    expect(back).toEqual({ ...stored, bytes: new Uint8Array(stored.bytes) });
    await writeSnapshotFile(join(folder, 'b.snapshot'), stored, plainStateConfig.encoderVersion);
    expect(readFileSync(join(folder, 'b.snapshot'))).toEqual(readFileSync(file));
  });

  it('are gone on with to the state that folding everything gives', async () => {
    const { end } = await source.bounds();
    const half = Object.fromEntries(Object.entries(end).map(([key, next]) => [key, String(BigInt(next) / 2n)]));
    const base = await foldedTo(half);
    expect(base.stateHash).not.toBe(stored.stateHash);
    expect((await foldedTo(end, base)).stateHash).toBe(stored.stateHash);
  });

  it('are as they should be when bytes, state and stream agree', async () => {
    expect(await verifyStored(() => openStoredState(file, noDatabase))).toMatchObject({
      checks: ['checksum', 'state', 'hash'],
      problem: null,
    });
    expect(await refold({ source, signal, progress }, stored)).toBeNull();
  });

  it.each([
    {
      what: 'one changed byte',
      change: (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)]),
      problem: 'does not match its checksum',
    },
    { what: 'an end that is missing', change: (bytes: Buffer) => bytes.subarray(0, -9), problem: 'does not match its checksum' },
    { what: 'another header', change: (bytes: Buffer) => Buffer.concat([Buffer.from('{}\n'), bytes]), problem: 'is no snapshot' },
    { what: 'nothing in it', change: () => Buffer.alloc(0), problem: 'is no snapshot' },
  ])('are refused with $what', async ({ change, problem }) => {
    writeFileSync(file, change(readFileSync(file)));
    expect((await verifyStored(() => openStoredState(file, noDatabase))).problem).toContain(problem);
  });

  it('are found out when the stored hash is another than that of the state, or of the stream', async () => {
    const wrong = { ...stored, stateHash: 'f'.repeat(64) };
    expect((await verifyStored(() => Promise.resolve(wrong))).problem).toContain(`stored is ${wrong.stateHash}`);
    const later = new ListSource((await liveLog({ seed: 4, papers: 12, readers: 4, steps: 200, replicas: 1 })).log.records);
    expect(await refold({ source: later, signal, progress }, stored)).toContain('gives the state');
  });

  it('can not be folded again from a stream that lost its first interactions', async () => {
    const kept = Object.keys((await source.bounds()).end).find(
      (key) => key.startsWith('interactions.v1/') && Number(stored.positions[key] ?? 0) > 0,
    )!;
    const shorter = new ListSource((await liveLog({ seed: 3, papers: 12, readers: 4, steps: 60, replicas: 1 })).log.records, {
      [kept]: '1',
    });
    await expect(refold({ source: shorter, signal, progress }, stored)).rejects.toThrow(`${kept}: records from 0 were asked for`);
  });

  it('are told to be missing where there is neither a file nor an id', async () => {
    await expect(async () => openStoredState(join(folder, 'none'), noDatabase)).rejects.toThrow('neither a file nor the id');
  });
});
