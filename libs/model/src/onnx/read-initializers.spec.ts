import { GraphBuilder } from './graph-builder.js';
import { readInitializers } from './read-initializers.js';

const modelWith = (build: (g: GraphBuilder) => void): Uint8Array => {
  const g = new GraphBuilder('test', 'Constants only.');
  build(g);
  return g.encode();
};

describe('readInitializers', () => {
  const model = modelWith((g) => {
    g.floats('weights', [2, 3], [1, -2, 3.5, 0, 1e-30, -0.1]);
    g.int64s('axes', [-1, 4]);
    g.doubles('precise', [1], [Math.PI]);
    g.floats('single', [1], [7]);
    g.op('Add', ['weights' as never, 'single' as never]);
  });

  it('gives the float32 constants by name, whatever else the graph holds', () => {
    expect([...readInitializers(model)]).toEqual([
      ['weights', Float32Array.of(1, -2, 3.5, 0, 1e-30, -0.1)],
      ['single', Float32Array.of(7)],
    ]);
  });

  it('reads bytes that lie at an odd place of a larger buffer', () => {
    const larger = Buffer.alloc(model.length + 3);
    larger.set(model, 3);
    expect(readInitializers(larger.subarray(3)).get('single')).toEqual(Float32Array.of(7));
  });

  it('refuses bytes that are cut short', () => {
    expect(() => readInitializers(model.subarray(0, model.length - 5))).toThrow('cut short');
  });

  it('refuses what is no protobuf', () => {
    expect(() => readInitializers(Uint8Array.of(0x0f))).toThrow('wire type 7');
  });
});
