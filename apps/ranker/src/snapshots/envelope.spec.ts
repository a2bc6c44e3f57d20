import fc from 'fast-check';
import { seal, SnapshotEnvelopeFailure, unseal } from './envelope.js';

const header = { encoder: 'encoder@20251028-0000000', takenAt: 1_761_643_800_000 };

describe('the envelope of a snapshot', () => {
  it('gives back what was put in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (state) => {
        const opened = await unseal(await seal(header, state));
        expect({ ...opened, state: [...opened.state] }).toEqual({ ...header, state: [...state] });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses bytes that are cut off anywhere', async () => {
    const sealed = await seal(header, new Uint8Array(300).fill(7));
    for (let length = 0; length < sealed.byteLength; length += 1) {
      await expect(unseal(sealed.subarray(0, length))).rejects.toThrow(SnapshotEnvelopeFailure);
    }
  });
});
