/** `npm run schemas`: writes libs/contracts/schemas/*.json from the zod schemas. */
import { writeFileSync } from 'node:fs';
import { jsonSchemaOf, publishedSchemas } from '#contracts';

for (const name of publishedSchemas) {
  writeFileSync(`libs/contracts/schemas/${name}.json`, `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`);
}
console.log(`wrote ${publishedSchemas.length} schemas to libs/contracts/schemas`);
