import fc from 'fast-check';
import { packState, SnapshotPackingFailure, unpackState } from './snapshot-packing.js';

describe('the packing of a snapshot', () => {
  it('gives back what was put in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (state) => {
        expect([...(await unpackState(await packState(state)))]).toEqual([...state]);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses bytes that are cut off anywhere', async () => {
    const packed = await packState(Uint8Array.from({ length: 300 }, (_, i) => i));
    for (let length = 0; length < packed.byteLength; length += 7) {
      await expect(unpackState(packed.subarray(0, length))).rejects.toThrow(SnapshotPackingFailure);
    }
  });
});
