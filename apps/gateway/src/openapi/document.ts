import { z } from 'zod';
import { problemCatalogue, type ProblemCode } from '../errors/catalogue.js';
import { problemSchema } from './answers.js';
import { type RouteEntry, routes, type Security } from './routes.js';

type Json = Record<string, unknown>;

/** Query parameters are text to a parser and a number or flag to people: `.meta({openapi})` says which. */
const asPeopleSeeIt = ({ jsonSchema }: { jsonSchema: Json }): void => {
  const { openapi, description } = jsonSchema;
  if (openapi === undefined) return;
  for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
  Object.assign(jsonSchema, openapi, description === undefined ? {} : { description });
};

/** Turns schemas into JSON Schema 2020-12, which is what OpenAPI 3.1 takes; those with an id go to `components.schemas` once. */
class Schemas {
  readonly components: Record<string, Json> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: asPeopleSeeIt }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) this.components[name] = referring(definition);
    const { id, ...own } = referring(root);
    if (typeof id !== 'string') return own;
    this.components[id] = own;
    return { $ref: `#/components/schemas/${id}` };
  }
}

/** References into the schema itself become references into the document. */
const referring = (schema: Json): Json => JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

const securityOf: Readonly<Record<Security, readonly Json[] | undefined>> = {
  nobody: [],
  anyone: [{}, { reader: [] }, { key: [] }],
  reader: [{ reader: [] }],
  'reader or client': [{ reader: [] }, { key: [] }],
  publisher: [{ key: [] }],
};

const parametersOf = (schemas: Schemas, schema: z.ZodObject | undefined, where: 'query' | 'path'): Json[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
};

const problemsOf = (codes: readonly ProblemCode[]): Record<string, Json> => {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes))
    byStatus.set(problemCatalogue[code].status, [...(byStatus.get(problemCatalogue[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, own]) => [
      String(status),
      {
        description: own.map((code) => `${code}: ${problemCatalogue[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
};

/** Taken wherever it can be refused. */
const position: Json = {
  name: 'Broadsheet-Position',
  in: 'header',
  required: false,
  description:
    "The header of the same name that the reader's last write was answered with, as it was: feeds then respect that write, and what was hidden in the last two minutes, through any gateway.",
  schema: { type: 'string', maxLength: 2000 },
};

const operationOf = (schemas: Schemas, route: RouteEntry): Json => ({
  operationId: route.operationId,
  tags: [route.tag],
  summary: route.summary,
  security: securityOf[route.security],
  parameters: [
    ...parametersOf(schemas, route.pathParameters, 'path'),
    ...parametersOf(schemas, route.parameters, 'query'),
    ...(route.problems.includes('POSITION_INVALID') ? [position] : []),
  ],
  ...(route.body === undefined
    ? {}
    : {
        requestBody: { required: route.body.required, content: { 'application/json': { schema: schemas.of(route.body.schema, 'input') } } },
      }),
  responses: {
    ...problemsOf(route.problems),
    ...Object.fromEntries(
      Object.entries(route.answers).map(([status, { description, schema, type = 'application/json' }]) => [
        status,
        { description, ...(schema === undefined ? {} : { content: { [type]: { schema: schemas.of(schema, 'output') } } }) },
      ]),
    ),
  },
});

/** The OpenAPI 3.1 document, made from the route table and the schemas that the code itself checks with. */
export const openApiDocument = (version: string): Json => {
  const schemas = new Schemas();
  schemas.of(problemSchema, 'output');
  const paths: Record<string, Json> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(schemas, route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Broadsheet',
      version,
      description: 'Feeds of research papers: streamed, personal, explained. Errors are RFC 9457 problems with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'feeds', description: 'Lists of papers in an order that means something.' },
      { name: 'papers', description: 'Papers, and publishing them.' },
      { name: 'interactions', description: 'What readers did.' },
      { name: 'hub', description: 'The read API of Hugging Face papers.' },
      { name: 'pages', description: 'For people.' },
    ],
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: {
        reader: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "A reader's signed token." },
        key: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Api-Key',
          description: 'A key of a client or publisher; `Authorization: Bearer bsk_...` works too.',
        },
      },
    },
  };
};
