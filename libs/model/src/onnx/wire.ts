/**
 * The protobuf wire format, as far as ONNX needs it: varints, 32-bit floats and length-delimited fields.
 *
 * Written here instead of taking `onnx-proto` (which brings protobufjs, a reflection runtime and `long`): we only ever write, the
 * handful of messages is fixed by the ONNX standard, and the same weights must give the same bytes so that a file's hash names it.
 */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

const utf8 = new TextEncoder();

/** Base-128 varint. Negative numbers are written as their 64-bit two's complement, as protobuf's int64 asks. */
export const varint = (value: number | bigint): Uint8Array => {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
};

export const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const tag = (field: number, wireType: number): Uint8Array => varint((field << 3) | wireType);

export const intField = (field: number, value: number | bigint): Uint8Array => concat([tag(field, VARINT), varint(value)]);

export const floatField = (field: number, value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concat([tag(field, FIXED_32), bytes]);
};

export const bytesField = (field: number, value: Uint8Array): Uint8Array =>
  concat([tag(field, LENGTH_DELIMITED), varint(value.length), value]);

export const textField = (field: number, value: string): Uint8Array => bytesField(field, utf8.encode(value));

/** A nested message: its own fields, length-delimited. */
export const messageField = (field: number, parts: readonly Uint8Array[]): Uint8Array => bytesField(field, concat(parts));
