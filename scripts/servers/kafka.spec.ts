import { newClusterId } from './kafka.mjs';

describe('newClusterId', () => {
  it('never begins with a dash, which the format command would take for an option', () => {
    const draws = [Buffer.alloc(16, 0xf8), Buffer.alloc(16, 0xfb), Buffer.alloc(16, 0x01)];
    expect(draws[0]?.toString('base64url')).toMatch(/^-/);

    expect(newClusterId(() => draws.shift() ?? Buffer.alloc(16))).toBe(Buffer.alloc(16, 0x01).toString('base64url'));
  });

  it('is 16 bytes as base64url, a new one each time', () => {
    const ids = new Set(Array.from({ length: 200 }, () => newClusterId()));
    expect(ids.size).toBe(200);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(16);
  });
});
