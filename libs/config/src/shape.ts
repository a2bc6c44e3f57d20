import type { z } from 'zod';

/** The fields of a configuration schema: an object, or an object behind a transform. */
export const shapeOf = (schema: z.ZodType): Readonly<Record<string, z.core.$ZodType>> => {
  const { def } = schema as unknown as z.core.$ZodTypes['_zod'];
  if (def.type === 'object') return def.shape;
  if (def.type === 'pipe') return shapeOf(def.in as z.ZodType);
  throw new TypeError(`a configuration schema is an object, not ${def.type}`);
};
