import { z } from 'zod';
import { shapeOf } from './shape.js';

/** One line of the configuration table. */
export interface SettingRow {
  readonly name: string;
  /** Kind, range and unit in words. */
  readonly type: string;
  /** As it would be written in the environment; null when there is none. */
  readonly default: string | null;
  readonly required: boolean;
  readonly meaning: string;
}

/** A schema and the schemas it wraps, outermost first: default, optional, pipe. */
const layersOf = (schema: z.core.$ZodType): z.core.$ZodTypes[] => {
  const layer = schema as z.core.$ZodTypes;
  const { def } = layer._zod;
  if (def.type === 'default' || def.type === 'prefault' || def.type === 'optional' || def.type === 'nullable' || def.type === 'readonly') {
    return [layer, ...layersOf(def.innerType)];
  }
  return def.type === 'pipe' ? [layer, ...layersOf(def.in)] : [layer];
};

const kindOf = (layers: readonly z.core.$ZodTypes[]): string => {
  const named = layers.map((layer) => z.globalRegistry.get(layer)?.['kind']).find((kind) => typeof kind === 'string');
  if (named !== undefined) return named;
  const core = layers.at(-1);
  if (core?._zod.def.type === 'enum') return Object.values(core._zod.def.entries).join(' / ');
  return core?._zod.def.type ?? 'text';
};

const written = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(written).join(',');
  if (value !== null && typeof value === 'object' && 'host' in value && 'port' in value)
    return `${String(value.host)}:${String(value.port)}`;
  return String(value);
};

const rowOf = (name: string, schema: z.core.$ZodType): SettingRow => {
  const layers = layersOf(schema);
  const fallback = layers.map((layer) => layer._zod.def).find((def) => def.type === 'default' || def.type === 'prefault');
  const text = fallback === undefined ? '' : written(fallback.defaultValue);
  return {
    name,
    type: kindOf(layers).replace(/^string$|^url$/, 'text'),
    default: text === '' ? null : text,
    required: fallback === undefined && !layers.some((layer) => layer._zod.def.type === 'optional'),
    meaning: layers.map((layer) => z.globalRegistry.get(layer)?.description).find((description) => description !== undefined) ?? '',
  };
};

/** The settings of a schema in the order they are written there: what the table in the README is made from. */
export const describeConfig = (schema: z.ZodType): readonly SettingRow[] =>
  Object.entries(shapeOf(schema)).map(([name, field]) => rowOf(name, field));
