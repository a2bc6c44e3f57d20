import fc from 'fast-check';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { replayedRequestSchema } from './run-files.js';

const schema = z.object({
  b: z.int(),
  a: z.string().optional(),
  list: z.array(z.object({ y: z.number().nullable(), x: z.boolean() })),
  counts: z.record(z.string(), z.int()).optional(),
  open: z.unknown().optional(),
});
const write = canonicalJson(schema);

describe('canonicalJson', () => {
  it('writes the keys in the order of the schema, however the value has them', () => {
    expect(write({ list: [{ x: true, y: 0.1 }], a: 'ä"\n', b: 1 })).toBe('{"b":1,"a":"ä\\"\\n","list":[{"y":0.1,"x":true}]}');
  });

  it('sorts the keys of records, and all keys where the schema leaves them open', () => {
    expect(write({ b: 1, list: [], counts: { b: 2, a: 1, B: 3 }, open: { z: [{ d: 1, c: null }], y: 'x' } })).toBe(
      '{"b":1,"list":[],"counts":{"B":3,"a":1,"b":2},"open":{"y":"x","z":[{"c":null,"d":1}]}}',
    );
  });

  it('leaves out what is absent and keeps what is null', () => {
    expect(write({ b: 1, list: [{ y: null, x: false }], open: { left: undefined } })).toBe(
      '{"b":1,"list":[{"y":null,"x":false}],"open":{}}',
    );
  });

  it.each([NaN, Infinity, -Infinity])('refuses %p, which JSON can not hold', (y) => {
    expect(() => write({ b: 1, list: [{ y, x: true }] })).toThrow(`is ${y}`);
  });

  it('says the same as JSON.stringify does of the value read back', () => {
    const values = fc.record({
      b: fc.integer(),
      a: fc.string(),
      list: fc.array(fc.record({ y: fc.double({ noNaN: true, noDefaultInfinity: true }), x: fc.boolean() })),
      counts: fc.dictionary(fc.string(), fc.integer()),
    });
    fc.assert(
      fc.property(values, (value) => {
        expect(JSON.parse(write(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('knows every kind of field that the lines of a run have', () => {
    const slate = {
      model: { version: '1', name: 'm' },
      configHash: 'c',
      degraded: ['x'],
      candidates: 2,
      dropped: {},
      slots: [],
      place: null,
    };
    const line = canonicalJson(replayedRequestSchema)({
      a: slate,
      at: '2026-01-01T00:00:00.000Z',
      arm: 'control',
      history: 0,
      requestId: 'request-1',
      surface: 'for-you',
      same: { order: true, features: null, cause: null },
    } as never);
    expect(line).toBe(
      '{"requestId":"request-1","at":"2026-01-01T00:00:00.000Z","surface":"for-you","arm":"control","history":0,' +
        '"a":{"model":{"name":"m","version":"1"},"configHash":"c","degraded":["x"],"candidates":2,"dropped":{},"slots":[],"place":null},' +
        '"same":{"features":null,"order":true,"cause":null}}',
    );
    expect(replayedRequestSchema.safeParse(JSON.parse(line)).success).toBe(true);
  });
});
