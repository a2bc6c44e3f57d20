import { dataTypes } from './model-proto.js';

/**
 * The float32 constants of an `.onnx` file, by name: weights for code that does a graph's arithmetic itself, from the very bytes that the graph runs on. Reads what `encodeModel` writes; fields
 * that it does not know are passed over, as protobuf asks.
 * @throws RangeError the bytes are cut short, or a constant's size is not that of its dimensions.
 */
export const readInitializers = (model: Uint8Array): ReadonlyMap<string, Float32Array> => {
  const found = new Map<string, Float32Array>();
  for (const graph of fieldsOf(model, MODEL_GRAPH)) {
    for (const tensor of fieldsOf(graph, GRAPH_INITIALIZER)) {
      const [name, values] = tensorOf(tensor);
      if (values !== null) found.set(name, values);
    }
  }
  return found;
};

/** Field numbers of `onnx.proto`. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9 } as const;

const tensorOf = (bytes: Uint8Array): readonly [string, Float32Array | null] => {
  let [name, type, length] = ['', 0, 1];
  let raw = new Uint8Array(0);
  for (const { field, value } of records(bytes)) {
    if (field === TENSOR.dims) length *= Number(value);
    else if (field === TENSOR.type) type = Number(value);
    else if (field === TENSOR.name && typeof value === 'object') name = new TextDecoder().decode(value);
    else if (field === TENSOR.raw && typeof value === 'object') raw = new Uint8Array(value); // a copy (slice of a Buffer is none), which begins at a multiple of four, as Float32Array asks
  }
  if (type !== dataTypes.float32) return [name, null];
  if (raw.length !== length * Float32Array.BYTES_PER_ELEMENT)
    throw new RangeError(`constant ${name} has ${raw.length} bytes for ${length} numbers`);
  return [name, new Float32Array(raw.buffer, 0, length)];
};

/** Contents of every field of this number. */
const fieldsOf = (bytes: Uint8Array, wanted: number): Uint8Array[] =>
  [...records(bytes)].flatMap(({ field, value }) => (field === wanted && typeof value === 'object' ? [value] : []));

/** Fields of one message in order: whole numbers as they are, everything of a length as its bytes. */
function* records(bytes: Uint8Array): Generator<{ readonly field: number; readonly value: bigint | Uint8Array }> {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('the model file is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('the model file holds a number of more than ten bytes');
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (wire === 0) yield { field, value: varint() };
    else if (wire === 2) yield { field, value: take(Number(varint())) };
    else if (wire === 1) take(8);
    else if (wire === 5) take(4);
    else throw new RangeError(`the model file has a field of wire type ${wire}, which ONNX does not use`);
  }
}
