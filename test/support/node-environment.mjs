import { TestEnvironment } from 'jest-environment-node';

/**
 * onnxruntime-node compares tensor data with the typed arrays of the main realm, and jest gives every test file
 * a realm of its own, so a tensor made in a test would be refused. Tests share the main realm's arrays instead.
 */
export default class NodeEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const array of [
      Float32Array,
      Float64Array,
      Int8Array,
      Uint8Array,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      BigInt64Array,
      BigUint64Array,
    ]) {
      this.global[array.name] = array;
    }
  }
}
