import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Failure } from '#contracts';

/** Kind under which the ranker's snapshots stand in the table that shards and experiments may share. */
export const RANKER_SNAPSHOTS = 'ranker';

/** Version of the packing; the state inside carries its own. A store that finds another one passes the snapshot over. */
export const SNAPSHOT_PACKING_VERSION = 1;

/** The bytes are not what `packState` made, or not all of it. */
export class SnapshotPackingFailure extends Failure {
  readonly code = 'SNAPSHOT_PACKING';
  readonly retryable = false;
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Compresses on a thread of the pool, not on ours. Level 1: a third of the time of the default for a tenth more bytes. */
export const packState = (state: Uint8Array): Promise<Buffer> => zip(state, { level: 1 });

/** @throws {SnapshotPackingFailure} */
export const unpackState = async (body: Uint8Array): Promise<Uint8Array> => {
  try {
    return await unzip(body);
  } catch (error) {
    throw new SnapshotPackingFailure('the snapshot cannot be unpacked', { bytes: body.byteLength }, { cause: error });
  }
};
