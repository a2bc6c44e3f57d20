import type { z } from 'zod';

type Writer = (value: unknown) => string;

/** What is read of a schema: its definition names its kind and, of compound ones, its parts. */
interface Described {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, Described>>;
    readonly element?: Described;
    readonly valueType?: Described;
    readonly innerType?: Described;
  };
}

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const notWritable = (value: unknown): Error => new Error(`a value of a run's file is ${String(value)}: JSON can not hold that`);

/** Scalars, and whatever a schema leaves open: keys sorted by code units, at every depth. */
const writeAny: Writer = (value) => {
  if (Array.isArray(value)) return `[${value.map(writeAny).join(',')}]`;
  if (typeof value === 'object' && value !== null) return writeRecord(value as Readonly<Record<string, unknown>>, writeAny);
  if (typeof value === 'number' && !Number.isFinite(value)) throw notWritable(value);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw notWritable(value);
  return text;
};

const writeRecord = (value: Readonly<Record<string, unknown>>, write: Writer): string =>
  `{${Object.keys(value)
    .sort(before)
    .flatMap((key) => (value[key] === undefined ? [] : [`${JSON.stringify(key)}:${write(value[key])}`]))
    .join(',')}}`;

const objectWriter = (shape: Readonly<Record<string, Described>>): Writer => {
  const fields = Object.entries(shape).map(([key, schema]) => ({ key, label: `${JSON.stringify(key)}:`, write: writerOf(schema) }));
  return (value) => {
    const object = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const { key, label, write } of fields) {
      const field = object[key];
      if (field !== undefined) text += `${text === '' ? '' : ','}${label}${write(field)}`;
    }
    return `{${text}}`;
  };
};

const writerOf = ({ def }: Described): Writer => {
  if (def.shape !== undefined) return objectWriter(def.shape);
  if (def.element !== undefined) {
    const write = writerOf(def.element);
    return (value) => `[${(value as readonly unknown[]).map(write).join(',')}]`;
  }
  if (def.type === 'record' && def.valueType !== undefined) {
    const write = writerOf(def.valueType);
    return (value) => writeRecord(value as Readonly<Record<string, unknown>>, write);
  }
  if (def.innerType !== undefined) {
    const write = writerOf(def.innerType);
    return (value) => (value === null ? 'null' : write(value));
  }
  return writeAny;
};

/**
 * JSON with one spelling for one value, whatever order its maker set the keys in: keys of objects as the schema lists them, keys of records sorted, absent
 * fields left out, no white space. Values are not checked against the schema: who makes lines is typed, and tests read them back through it.
 * @throws a number is not finite.
 */
export const canonicalJson = <S extends z.ZodType>(schema: S): ((value: z.input<S>) => string) => writerOf(schema);
